"""What a user sees of `mwaa-ecs doctor` and `mwaa-ecs why`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.connection import Connection
from mwaa_ecs.doctor import CHECKS, Account, Asked, run_checks
from mwaa_ecs.doctor.why import explain
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs_operator.reasons import REASONS
from unit.doctor import healthy
from unit.doctor.recorded import Recorded

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def built(aws: LocalAws) -> healthy.World:
    aws.reset()
    return healthy.build(aws)


@pytest.fixture
def run(built: healthy.World, monkeypatch: pytest.MonkeyPatch) -> Run:
    # The variables that `sandbox up` prints.
    for name, value in built.aws.environment().items():
        monkeypatch.setenv(name, value)

    def command(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, list(words))
        return done.exit_code, done.stdout, done.stderr

    return command


def test_a_healthy_account_ends_with_0_and_json_alone_on_stdout(run: Run) -> None:
    code, out, _ = run("doctor", "--json", "--strict")
    found = json.loads(out)
    assert (code, found["counts"]["FAIL"], found["counts"]["UNKNOWN"]) == (0, 0, 0)
    assert {one["check"] for one in found["results"]} == {one.id for one in CHECKS}


def test_a_failed_check_ends_with_1_and_shows_fact_fix_and_link(
    run: Run, built: healthy.World, tmp_path: object
) -> None:
    built.contract("etl", container_name="main")
    try:
        code, out, _ = run("doctor", "--only", "contract", "--junit", f"{tmp_path}/d.xml")
    finally:
        built.contract("etl", container_name="etl")
    assert code == 1
    assert "✗ FAIL contract-container: The contract names the container main" in out
    assert "fix: Set `container_name` of the task" in out
    assert "docs/troubleshooting.md#contract-container" in out
    suites = ElementTree.parse(f"{tmp_path}/d.xml").getroot()
    failed = [
        one.get("name") for one in suites.iter("testcase") if one.find("failure") is not None
    ]
    assert failed == ["contract-container (etl)"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "right"], "did you mean 'rights'?"),
        (["--skip", "contract-containers"], "did you mean 'contract-container'?"),
        (["--task", "etll"], "did you mean 'etl'?"),
        (["--environment", "prod"], "--environment 'prod' is not an MWAA environment"),
    ],
)
def test_a_name_that_does_not_exist_ends_with_2(run: Run, words: list[str], said: str) -> None:
    code, _, err = run("doctor", *words)
    assert code == 2
    assert said in " ".join(err.split())


def test_refused_credentials_end_with_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    code, _, err = run("doctor")
    assert code == 3
    assert "sts:GetCallerIdentity" in err


def test_the_policy_that_is_printed_is_enough_and_reads_only(run: Run) -> None:
    code, out, _ = run("doctor", "--print-policy")
    (statement,) = json.loads(out)["Statement"]
    assert code == 0
    verbs = ("Describe", "Get", "List", "BatchGet", "Simulate")
    assert all(action.split(":")[1].startswith(verbs) for action in statement["Action"])
    assert "secretsmanager:GetSecretValue" not in statement["Action"]
    _, more, _ = run("doctor", "--print-policy", "--read-secrets", "--only", "secrets")
    assert "secretsmanager:GetSecretValue" in more
    assert "ec2:DescribeSubnets" not in more


def test_a_task_whose_image_is_missing_is_explained(run: Run, built: healthy.World) -> None:
    started = built.client("ecs").run_task(
        cluster=healthy.CLUSTER,
        taskDefinition="jobs-etl",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": list(built.place.subnet_ids)}},
    )["tasks"][0]["taskArn"]
    end = time.monotonic() + 60
    while time.monotonic() < end:
        (task,) = built.client("ecs").describe_tasks(cluster=healthy.CLUSTER, tasks=[started])[
            "tasks"
        ]
        if task["lastStatus"] == "STOPPED":
            break
        time.sleep(0.1)
    for words in (["etl"], ["--last"], [started]):
        code, out, err = run("why", *words)
        assert code == 0, err
        assert "stop code: TaskFailedToStart" in out
        assert "CannotPullContainer" in out
        assert "cause: " in out
        assert "fix: " in out
        assert "#reason-image-" in out
        assert "The checks that bear on it:" in out
    _, out, _ = run("why", "etl", "--json")
    assert json.loads(out)["cause"]["id"].startswith("image-")
    clients = Recorded(built.aws.client)
    found = explain(Connection(healthy.REGION, "/mwaa", clients), CHECKS, "etl")
    assert found.report is not None
    read = {name: clients.asked[name] for name in clients.asked if name.startswith("ssm:")}
    assert read.pop("ssm:GetParametersByPath") == 1, "the contract is read once"
    assert "ssm:GetParameter" not in read


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hello"], "no run of the task 'hello' failed in the last hour"),
        ([], "give one of TASK, an ARN, --last and --text"),
        (["arn:aws:ecs:eu-west-1:123456789012:cluster/x"], "is not the ARN of a run"),
        (["--text", "good morning"], "no cause in the table has these words"),
    ],
)
def test_what_cannot_be_explained_ends_with_2(run: Run, words: list[str], said: str) -> None:
    code, _, err = run("why", *words)
    assert code == 2
    assert said in " ".join(err.split())


def test_the_text_of_an_error_is_explained_with_no_run(run: Run) -> None:
    text = "User: x is not authorized to perform: ecs:RunTask on resource: y"
    code, out, _ = run("why", "--text", text)
    assert code == 0
    assert "#reason-run-task-denied" in out


def test_checks_explain_reasons_of_the_operators_table() -> None:
    known = {one.id for one in REASONS}
    assert {reason for one in CHECKS for reason in one.reasons} <= known
    ids = [one.id for one in CHECKS]
    assert len(set(ids)) == len(ids)


def test_fifty_tasks_take_less_than_400_calls(aws: LocalAws) -> None:
    aws.reset()
    world = healthy.build(aws)
    for number in range(48):
        world.copy_task("hello", f"job{number}")
    account = Account(aws.client, healthy.REGION)
    report = run_checks(account, Asked(), CHECKS)
    assert len({task for one in report.results for task in one.tasks}) == 50
    assert report.calls < 400
