"""Injected faults, as a program that calls the local AWS gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.example import load_faults
from mwaa_ecs.sandbox.faults import Fault
from unit.sandbox.ecs_story import EcsStory

GREETS = {"app": ["sh", "-c", "echo hello"]}
WAITS = {"app": ["sh", "-c", "sleep 600"]}


def code_of(call: Any) -> str:
    """Return AWS's code of the error that a call fails with; empty for a success."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_calls_fail_after_those_that_are_left_alone() -> None:
    rule = Fault(call="ecs:ListClusters", skip=1, times=2, error="AccessDeniedException")
    with EcsStory(GREETS, faults=[rule]) as story:
        codes = [code_of(story.ecs.list_clusters) for _ in range(4)]
    assert codes == ["", "AccessDeniedException", "AccessDeniedException", ""]


def test_an_answer_can_be_given_without_the_call() -> None:
    failures = [{"reason": "Capacity is unavailable at this time"}]
    rule = Fault(call="ecs:RunTask", answer={"tasks": [], "failures": failures})
    with EcsStory(GREETS, faults=[rule]) as story:
        story.register()
        answer = story.ecs.run_task(cluster="story", taskDefinition="story")
        assert answer["failures"] == failures
        assert story.ecs.list_tasks(cluster="story")["taskArns"] == []


def test_a_lost_answer_leaves_the_call_done_once() -> None:
    rule = Fault(call="ecs:RunTask", lost=True)
    with EcsStory(WAITS, faults=[rule]) as story:
        story.register()
        # boto3 sends the call again, as it would to AWS.
        task = story.start()
        assert story.ecs.list_tasks(cluster="story")["taskArns"] == [task]


def test_spot_takes_a_running_task_away() -> None:
    rule = Fault(task="story", fault="spot-interruption")
    with EcsStory(WAITS, faults=[rule]) as story:
        story.register()
        task = story.run()
        assert task["stopCode"] == "SpotInterruption"
        assert "startedAt" in task


def test_an_image_that_cannot_be_pulled_the_first_time() -> None:
    rule = Fault(task="*", fault="image-rate-limit")
    with EcsStory(GREETS, faults=[rule]) as story:
        story.register()
        first, second = story.run(), story.run()
        assert first["stopCode"] == "TaskFailedToStart"
        assert "toomanyrequests" in first["stoppedReason"]
        assert second["containers"][0]["exitCode"] == 0


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        ("{call: ecs:RunTask}", ["faults.0", "error, lost, delay and answer"]),
        ("{call: runtask, lost: true}", ["faults.0.call"]),
        ("{task: nightly, fault: spot}", ["faults.0.fault", "spot-interruption"]),
        ("{lost: true}", ["faults.0", "one of call and task"]),
        ("{call: ecs:RunTask, lost: true, time: 3}", ["faults.0.time"]),
        ("{call: ecs:RunTask, error: X, times: often}", ["faults.0.times", "always"]),
    ],
)
def test_a_wrong_rule_is_told_by_its_place(rule: str, parts: list[str], tmp_path: Path) -> None:
    path = tmp_path / "sandbox.yaml"
    path.write_text(f"faults:\n  - {rule}\n")
    with pytest.raises(UserError) as caught:
        load_faults(path)
    assert [part for part in parts if part not in str(caught.value)] == [], caught.value
