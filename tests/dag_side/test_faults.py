"""What a container survives: the rows of the table of faults in docs/operator.md."""

from __future__ import annotations

from typing import Any

import pytest

from dag_side.fake_aws import (
    ARN,
    BROKEN,
    EXPIRED,
    IDENTITY,
    RUNNING,
    THROTTLED,
    FakeAws,
    aws_error,
    stopped,
    times,
)
from mwaa_ecs_operator.errors import CredentialsError, RefusedError, StartFailedError
from mwaa_ecs_operator.running import Pauses

DENIED = aws_error(
    "AccessDeniedException", "User is not authorized to perform: logs:GetLogEvents"
)
NO_STREAM = aws_error("ResourceNotFoundException", "The specified log stream does not exist.")
NO_CAPACITY = {"reason": "Capacity is unavailable at this time"}


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


# -- while it runs --------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [THROTTLED, BROKEN, ConnectionResetError()])
def test_faults_of_describe_tasks_are_waited_out_and_said_once_a_minute(
    aws: FakeAws, fault: Exception
) -> None:
    aws.looks = [RUNNING, *times(30, fault), stopped()]
    outcome, _ = aws.follow()
    assert outcome.succeeded
    assert aws.called("stop_task") == []
    assert aws.now > 60
    assert 2 <= len(aws.said) <= aws.now / 60 + 1


def test_expired_credentials_are_fetched_anew(aws: FakeAws) -> None:
    aws.looks = [RUNNING, EXPIRED, stopped()]
    outcome, _ = aws.follow()
    assert outcome.succeeded
    assert aws.sessions > 2, "a new session after the refusal, beside those of ECS and logs"


def test_credentials_that_stay_refused_are_an_error_about_credentials(aws: FakeAws) -> None:
    aws.looks = [EXPIRED]
    with pytest.raises(CredentialsError, match="refused 5 times in a row"):
        aws.follow()


def test_a_task_that_ecs_does_not_know_fails_after_a_minute_and_may_be_retried(
    aws: FakeAws,
) -> None:
    aws.looks = [RUNNING, None]
    outcome, _ = aws.follow()
    assert (outcome.kind, outcome.retry_helps) == ("missing", True)
    assert 60 <= aws.now < 120


def test_a_task_that_ecs_does_not_know_yet_is_waited_for(aws: FakeAws) -> None:
    aws.looks = [None, None, RUNNING, stopped()]
    assert aws.follow()[0].succeeded


def test_a_denied_look_names_the_action(aws: FakeAws) -> None:
    aws.looks = [aws_error("AccessDeniedException", "not authorized: ecs:DescribeTasks")]
    with pytest.raises(RefusedError, match="ecs:DescribeTasks"):
        aws.follow()


def test_an_hour_costs_fewer_than_three_hundred_calls(aws: FakeAws) -> None:
    hour = 3600

    def look() -> Any:
        return stopped() if aws.now >= hour else RUNNING

    aws.looks = [look]
    aws.follow()
    assert len(aws.calls) < 300


def test_pauses_begin_short() -> None:
    pauses = Pauses()
    assert pauses.next() <= 0.5
    assert max(pauses.next() for _ in range(50)) == 30


# -- its lines ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [THROTTLED, DENIED, NO_STREAM], ids=str)
def test_lines_that_cannot_be_read_do_not_fail_a_container_that_exited_with_0(
    aws: FakeAws, fault: Exception
) -> None:
    aws.reads = [fault]
    outcome, _ = aws.follow(needs_lines=True)
    assert outcome.succeeded


def test_a_role_that_may_not_read_lines_is_told_the_action_and_the_group(aws: FakeAws) -> None:
    aws.reads = [DENIED]
    aws.looks = [RUNNING, RUNNING, stopped()]
    aws.follow()
    (said,) = aws.said
    assert "logs:GetLogEvents" in said
    assert "/ecs/etl-nightly" in said
    assert len(aws.called("get_log_events")) == 1, "not asked again in vain"


def test_a_result_is_tried_for_half_a_minute_where_lines_are_throttled(aws: FakeAws) -> None:
    aws.reads = [*times(10, THROTTLED), ["the result"], []]
    outcome, tail = aws.follow(needs_lines=True)
    assert outcome.succeeded
    assert tail.result() == "the result"
    assert aws.now < 40


def test_lines_that_come_after_the_end_are_shown(aws: FakeAws) -> None:
    aws.reads = [[], ["late"], [], []]
    _, tail = aws.follow()
    assert aws.shown == ["late"]
    assert tail.result() == "late"


def test_lines_that_the_triggerer_showed_are_not_waited_for_again(aws: FakeAws) -> None:
    aws.reads = [["one", "two"], []]
    _, tail = aws.follow(shown=2)
    assert aws.shown == []
    assert tail.result() == "two"
    assert len(aws.called("get_log_events")) == 3, "both are read, and one look finds no more"


def test_a_line_that_comes_while_the_triggerer_hands_over_is_shown(aws: FakeAws) -> None:
    aws.reads = [["one", "two"], [], ["three"], []]
    aws.follow(shown=2)
    assert aws.shown == ["three"]


def test_a_silent_container_costs_less_than_a_second_more(aws: FakeAws) -> None:
    aws.reads = [NO_STREAM]
    aws.follow()
    assert aws.now < 1


def test_lines_that_the_triggerer_has_shown_are_not_shown_again(aws: FakeAws) -> None:
    aws.reads = [["one", "two", "three"], [], []]
    _, tail = aws.follow(shown=2)
    assert aws.shown == ["three"]
    assert list(tail.last) == ["one", "two", "three"]


# -- how it ended ---------------------------------------------------------------------------


@pytest.mark.parametrize("exit_code", [0, 143])
def test_a_spot_interruption_is_no_success_and_is_named(aws: FakeAws, exit_code: int) -> None:
    aws.looks = [
        stopped(
            exit_code,
            stopCode="SpotInterruption",
            stoppedReason="Your Spot Task was interrupted.",
        )
    ]
    outcome, _ = aws.follow()
    assert (outcome.kind, outcome.retry_helps) == ("spot", True)
    assert "Spot" in outcome.explain()


def test_the_main_container_decides_and_all_exit_codes_are_named(aws: FakeAws) -> None:
    containers = [{"name": "proxy", "exitCode": 143}, {"name": "nightly", "exitCode": 0}]
    aws.looks = [stopped(containers=containers)]
    outcome, _ = aws.follow()
    assert outcome.succeeded
    assert "proxy exited with 143" in outcome.summary
    assert "nightly exited with 0" in outcome.summary


def test_a_task_that_somebody_stopped_says_so_with_the_reason(aws: FakeAws) -> None:
    aws.looks = [stopped(143, stopCode="UserInitiated", stoppedReason="maintenance window")]
    outcome, _ = aws.follow()
    assert outcome.kind == "stopped"
    assert "stopped by a user" in outcome.explain()
    assert "maintenance window" in outcome.summary


@pytest.mark.parametrize(
    ("reason", "restart", "retry", "cause"),
    [
        ("CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to "
         "resolve ref x:1: not found", False, False, "image-not-found"),
        ("CannotPullContainerError: x: pull access denied", False, False, "image-private"),
        ("CannotPullContainerError: toomanyrequests: You have reached your pull rate limit",
         True, True, "rate-limit"),
        ("CannotPullContainerError: dial tcp 1.2.3.4:443: i/o timeout",
         True, True, "image-unreachable"),
    ],
)  # fmt: skip
def test_an_image_that_cannot_be_pulled(
    aws: FakeAws, reason: str, restart: bool, retry: bool, cause: str
) -> None:
    aws.looks = [
        stopped(
            None,
            stopCode="TaskFailedToStart",
            stoppedReason="Task failed to start",
            containers=[{"name": "nightly", "reason": reason}],
        )
    ]
    outcome, _ = aws.follow()
    assert outcome.cause is not None
    assert (outcome.cause.id, outcome.restart_helps, outcome.retry_helps) == (
        cause,
        restart,
        retry,
    )


def test_memory_is_named_only_where_ecs_names_it(aws: FakeAws) -> None:
    killed = {"name": "nightly", "exitCode": 137}
    aws.looks = [stopped(containers=[killed])]
    assert "memory" not in aws.follow()[0].explain()
    aws.looks = [
        stopped(
            containers=[
                {**killed, "reason": "OutOfMemoryError: Container killed due to memory usage"}
            ]
        )
    ]
    assert "Give it more memory" in aws.follow()[0].explain()


# -- start ----------------------------------------------------------------------------------


def test_a_lost_answer_is_asked_again_with_the_same_token(aws: FakeAws) -> None:
    aws.runs = [ConnectionResetError(), ARN]
    assert aws.start() == ARN
    first, second = aws.called("run_task")
    assert first["clientToken"] == second["clientToken"]


def test_no_capacity_is_waited_for_with_a_new_token_each_time(aws: FakeAws) -> None:
    aws.runs = [NO_CAPACITY, NO_CAPACITY, ARN]
    assert aws.start() == ARN
    tokens = [call["clientToken"] for call in aws.called("run_task")]
    assert len(set(tokens)) == 3
    assert max(map(len, tokens)) <= 64


def test_no_capacity_until_the_time_is_over_may_be_retried(aws: FakeAws) -> None:
    aws.runs = [NO_CAPACITY]
    with pytest.raises(StartFailedError, match="within 600 seconds") as caught:
        aws.start()
    assert "Capacity is unavailable" in str(caught.value)
    assert 500 < aws.now <= 600


def test_what_ecs_refuses_is_not_tried_again(aws: FakeAws) -> None:
    text = "User x is not authorized to perform: iam:PassRole on resource: role/r"
    aws.runs = [aws_error("AccessDeniedException", text)]
    with pytest.raises(RefusedError) as caught:
        aws.start()
    assert "iam:PassRole on resource: role/r" in str(caught.value)
    assert "may not pass" in str(caught.value)
    assert len(aws.calls) == 1


def test_a_token_that_was_used_with_other_arguments_is_replaced(aws: FakeAws) -> None:
    aws.runs = [aws_error("ConflictException"), ARN]
    assert aws.start() == ARN
    first, second = aws.called("run_task")
    assert first["clientToken"] != second["clientToken"]


def test_a_restart_within_one_try_has_a_token_of_its_own(aws: FakeAws) -> None:
    aws.start()
    aws.start(attempt=1)
    first, second = aws.called("run_task")
    assert first["clientToken"] != second["clientToken"]
    assert first["startedBy"] == second["startedBy"]


def test_an_earlier_trys_container_is_found_by_who_started_it(aws: FakeAws) -> None:
    aws.running = [ARN]
    assert aws.runner.find_running(IDENTITY) == ARN
    (call,) = aws.called("list_tasks")
    aws.start()
    assert call["startedBy"] == aws.called("run_task")[0]["startedBy"]


def test_where_tasks_may_not_be_listed_a_new_container_starts_with_a_warning(
    aws: FakeAws,
) -> None:
    aws.running = aws_error("AccessDeniedException")
    assert aws.runner.find_running(IDENTITY) is None
    assert "policy.reattach" in aws.said[0]


def test_a_container_that_cannot_be_stopped_is_told_with_the_command(aws: FakeAws) -> None:
    def denied(**_: Any) -> Any:
        raise aws_error("AccessDeniedException")

    aws.stop_task = denied  # type: ignore[method-assign]
    aws.runner.stop(ARN, "cleared")
    assert f"--task {ARN}" in aws.said[0]
