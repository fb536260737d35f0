"""The policies of two teams on one cluster do not reach each other: examples/two-teams."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import tftest
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration

ENFORCE_IAM = True
_FORBIDDEN = frozenset({"AccessDeniedException", "AccessDenied"})


@dataclass(frozen=True)
class Team:
    """A team's calls as its MWAA role, and what it runs."""

    client: Callable[[str], Any]
    run: Mapping[str, Any]
    parameter: str
    log_group: str

    def start(self, of: Team) -> str:
        """Start the task of a team, and return its ARN."""
        command = [{"name": of.run["overrides"], "command": ["sleep", "60"]}]
        started = self.client("ecs").run_task(
            **{**of.run, "overrides": {"containerOverrides": command}}
        )
        return str(started["tasks"][0]["taskArn"])


@pytest.fixture(scope="module")
def teams(
    repository: Path, local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Team]:
    account = create_account(local_aws)
    iam = local_aws.client("iam")
    trust = iam.get_role(RoleName=account.mwaa_execution_role_name)["Role"]
    roles = {
        name: iam.create_role(
            RoleName=f"mwaa-{name}",
            AssumeRolePolicyDocument=json.dumps(trust["AssumeRolePolicyDocument"]),
        )["Role"]
        for name in ("ingest", "reports")
    }
    folder = copy_configuration(
        repository / "examples" / "two-teams", tmp_path_factory.mktemp("teams") / "copy"
    )
    variables = {f"{name}_role_name": role["RoleName"] for name, role in roles.items()}
    var_file = folder / "test.tfvars.json"
    var_file.write_text(json.dumps({**variables, "subnet_ids": list(account.subnet_ids)}))
    terraform = tftest.TerraformTest(folder.name, str(folder.parent))
    terraform.setup()
    terraform.apply(tf_var_file=str(var_file))
    kwargs = terraform.output()["operator_kwargs"]
    return {
        name: _team(local_aws, roles[name]["Arn"], f"/{name}/tasks/{task}", kwargs[name][task])
        for name, task in (("ingest", "load"), ("reports", "daily"))
    }


def _team(aws: LocalAws, role: str, parameter: str, kwargs: Mapping[str, Any]) -> Team:
    keys = aws.role_environment(role, "dag")

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name=aws.region,
            endpoint_url=aws.endpoint_url,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys["AWS_SESSION_TOKEN"],
        )

    run = {
        "cluster": kwargs["cluster"],
        "taskDefinition": kwargs["task_definition"],
        "launchType": "FARGATE",
        "networkConfiguration": kwargs["network_configuration"],
        "propagateTags": kwargs["propagate_tags"],
        "overrides": kwargs["container_name"],
    }
    return Team(client, run, parameter, kwargs["awslogs_group"])


def _calls(mine: Team, of: Team, running: str) -> dict[str, Callable[[], Any]]:
    """Return the calls of one team on what belongs to a team."""
    ecs, logs, ssm = (mine.client(name) for name in ("ecs", "logs", "ssm"))
    cluster, stream = of.run["cluster"], f"ecs/{of.run['overrides']}/{running[-32:]}"
    return {
        "read the parameter": lambda: ssm.get_parameter(Name=of.parameter),
        "read the lines": lambda: logs.get_log_events(
            logGroupName=of.log_group, logStreamName=stream
        ),
        "start": lambda: mine.start(of),
        "watch": lambda: ecs.describe_tasks(cluster=cluster, tasks=[running]),
        "enter": lambda: ecs.execute_command(
            cluster=cluster, task=running, command="sh", interactive=True
        ),
        "stop": lambda: ecs.stop_task(cluster=cluster, task=running),
    }


def _denied(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] in _FORBIDDEN
    return False


@pytest.mark.parametrize(("mine", "other"), [("ingest", "reports"), ("reports", "ingest")])
def test_a_team_reaches_its_own_tasks_and_none_of_the_other(
    teams: dict[str, Team], mine: str, other: str
) -> None:
    own, others = teams[mine], teams[other]
    running, theirs = own.start(own), others.start(others)
    not_own = {name for name, call in _calls(own, others, theirs).items() if _denied(call)}
    assert not_own == set(_calls(own, others, theirs))
    denied = {name for name, call in _calls(own, own, running).items() if _denied(call)}
    assert denied == set()
    others.client("ecs").stop_task(cluster=others.run["cluster"], task=theirs)
