"""Reports of a DAG's containers, its denied calls and the calls of its file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from mwaa_ecs.hcl import ObjectType, read_variables
from mwaa_ecs.iam.model import Need
from mwaa_ecs.sandbox.airflow.dag_files import DagFiles
from mwaa_ecs.sandbox.containers import Stream, explain, read_streams, silence, told
from mwaa_ecs.sandbox.dag_runs import parse_calls
from mwaa_ecs.sandbox.local_aws import Call, LocalAws
from mwaa_ecs.sandbox.remedies import SWITCHES, denial_hints, missing_parameter, parameter_hints

REPOSITORY = Path(__file__).resolve().parents[3]
ETL = Stream("/ecs/etl", "ecs/etl/1")
OTHER = Stream("/ecs/etl", "etl/1")
ROLE = "arn:aws:iam::123456789012:role/mwaa"
SESSION = "arn:aws:sts::123456789012:assumed-role/mwaa/Airflow"
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/"


def call(action: str, *needs: Need, denied: str = "", error: str = "", at: float = 0) -> Call:
    service, _, name = action.partition(":")
    return Call(
        time=at,
        service=service,
        action=name,
        region="eu-west-1",
        account_id="123456789012",
        status=400 if error else 200,
        user_agent="",
        error_code=error or None,
        principal=SESSION,
        needs=needs,
        denied=denied,
    )


def denied(action: str, **context: Sequence[str]) -> Call:
    names = {key.replace("_", ":", 1): tuple(values) for key, values in context.items()}
    need = Need(action, "*", {"aws:PrincipalArn": (ROLE,), **names})
    text = f"User: {SESSION} is not authorized to perform: {action} on resource: *"
    return call(action, need, denied=text)


@pytest.mark.parametrize(
    ("written", "looked", "message"),
    [
        ({ETL: 0}, [], "the containers printed nothing"),
        (
            {ETL: 3},
            [],
            "3 lines are in the log group '/ecs/etl', log stream 'ecs/etl/1', and the DAG "
            "reads none: give its operator awslogs_group and awslogs_stream_prefix",
        ),
        (
            {ETL: 1},
            [OTHER],
            "1 line is in the log group '/ecs/etl', log stream 'ecs/etl/1'; the DAG looks in "
            "the log group '/ecs/etl', log stream 'etl/1'",
        ),
        (
            {ETL: 2},
            [ETL],
            "2 lines are in the log group '/ecs/etl', log stream 'ecs/etl/1'; the DAG reads "
            "them, and does not write them to its log",
        ),
    ],
)
def test_a_log_without_lines_of_a_container_says_where_they_are(
    written: dict[Stream, int], looked: list[Stream], message: str
) -> None:
    assert explain(written, looked) == message


def test_where_a_dag_looks_for_lines_is_read_from_its_calls() -> None:
    arn = "arn:aws:logs:eu-west-1:1:log-group:/ecs/etl:log-stream:etl/1"
    assert list(read_streams([call("logs:GetLogEvents", Need("logs:GetLogEvents", arn))])) == [
        OTHER
    ]


def test_a_dag_that_started_no_task_is_told_so(local_aws: LocalAws) -> None:
    assert silence(local_aws, [], []) == "no ECS task was started: the DAG did not call RunTask"
    refused = [call("ecs:RunTask", error="ClientException")]
    assert silence(local_aws, [], refused).endswith("RunTask was refused (ClientException)")


def test_the_exit_codes_of_all_containers_stand_in_one_line() -> None:
    task = {
        "taskArn": "arn:aws:ecs:eu-west-1:1:task/c/0123",
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:1:task-definition/etl:4",
        "stoppedReason": "Essential container in task exited",
        "containers": [
            {"name": "etl", "exitCode": 3},
            {"name": "proxy", "exitCode": 137, "reason": "OutOfMemoryError: killed"},
        ],
    }
    assert told([task]) == [
        "ECS task 0123 (etl:4): etl exited with 3, proxy exited with 137 "
        "(OutOfMemoryError: killed)"
    ]


@pytest.mark.parametrize(
    ("made", "hint"),
    [
        (denied("ecs:ListTasks"), "ecs:ListTasks is granted by policy = { reattach = true }"),
        (
            denied("ecs:TagResource", ecs_CreateAction=["RunTask"]),
            "ecs:TagResource is granted by policy = { tags = true }",
        ),
        (
            denied("ecs:TagResource", ecs_CreateAction=["RegisterTaskDefinition"]),
            "ecs:TagResource is granted by policy = { register = true }",
        ),
        (denied("s3:GetObject"), None),
        (denied("ssm:GetParameter"), None),
    ],
)
def test_a_denial_is_answered_by_the_switch_that_grants_it(
    made: Call, hint: str | None
) -> None:
    assert denial_hints([made, made]) == ([hint] if hint else [])


def test_every_switch_that_is_named_is_a_field_of_the_modules_policy() -> None:
    kind = read_variables(REPOSITORY)["policy"].type
    assert isinstance(kind, ObjectType)
    assert set(SWITCHES.values()) <= set(kind.attributes)


def test_a_denial_in_another_cluster_names_the_granted_one(local_aws: LocalAws) -> None:
    iam = local_aws.client("iam")
    iam.create_role(RoleName="mwaa", AssumeRolePolicyDocument="{}")
    statement = {
        "Effect": "Allow",
        "Action": "ecs:RunTask",
        "Resource": "*",
        "Condition": {"ArnEquals": {"ecs:cluster": f"{CLUSTER}etl"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_role_policy(RoleName="mwaa", PolicyName="run", PolicyDocument=json.dumps(policy))
    assert denial_hints([denied("ecs:RunTask", ecs_cluster=[f"{CLUSTER}default"])]) == [
        f"ecs:RunTask is granted in the cluster {CLUSTER}etl, and the call is for "
        f"{CLUSTER}default: name the granted one in the DAG"
    ]


def test_a_parameter_that_does_not_exist_is_told_with_those_that_do(
    local_aws: LocalAws,
) -> None:
    ssm = local_aws.client("ssm")
    for name in ("/mwaa/ecs/cluster", "plain"):
        ssm.put_parameter(Name=name, Value="x", Type="String")
    arn = "arn:aws:ssm:eu-west-1:123456789012:parameter"
    asked = [
        Need("ssm:GetParameters", f"{arn}{name}") for name in ("/plain", "/mwaa/ecs/clster")
    ]
    assert parameter_hints(local_aws, [call("ssm:GetParameters", *asked)]) == [
        "the parameter '/mwaa/ecs/clster' does not exist; did you mean '/mwaa/ecs/cluster'? "
        "Parameters: /mwaa/ecs/cluster, plain"
    ]
    assert (
        missing_parameter("/x", [])
        == "the parameter '/x' does not exist; there is no parameter"
    )


def test_a_part_of_the_image_index_is_told_only_where_the_whole_index_is_missing(
    local_aws: LocalAws,
) -> None:
    def asked(prefix: str) -> Call:
        arn = f"arn:aws:ssm:eu-west-1:123456789012:parameter{prefix}/images"
        parts = ("all", *"01234567")
        return call(
            "ssm:GetParameters", *(Need("ssm:GetParameters", f"{arn}/{part}") for part in parts)
        )

    local_aws.client("ssm").put_parameter(Name="/mwaa/images/3", Value="{}", Type="String")
    calls = [asked("/mwaa"), asked("/other")]
    (hint,) = parameter_hints(local_aws, calls)
    assert hint.startswith("the index of images '/other/images' does not exist")


def test_calls_are_counted_for_the_file_that_was_read_meanwhile() -> None:
    files = DagFiles({"a": Path("a.py")}, (), (("a.py", 1.0, 2.0), ("b.py", 2.5, 3.0)))
    calls = [
        call("ssm:GetParameter", at=1.1),
        call("ssm:GetParameter", at=1.9),
        call("ecs:ListTasks", at=2.2),
    ]
    assert parse_calls(files, calls) == {"a.py": {"ssm:GetParameter": 2}}
