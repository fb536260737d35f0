"""modules/mwaa-environment in the local AWS: the order of the steps of a change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import Event, Terraform
from mwaa_ecs.terraform.configuration import copy_configuration
from mwaa_story import REPOSITORY

POLICIES = (
    "aws_iam_role_policy.documented[0]",
    'aws_iam_role_policy.additional["athena"]',
    'aws_iam_role_policy_attachment.additional["glue"]',
)
ENVIRONMENT = "aws_mwaa_environment.this"


@dataclass
class _Environment:
    """An environment in a network of its own, which can be applied several times."""

    folder: Path
    managed_policy: str
    steps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for module in ("network", "mwaa-environment"):
            copy_configuration(REPOSITORY / "modules" / module, self.folder / module)
        self._terraform = Terraform(self.folder, on_event=self._note)

    def _note(self, event: Event) -> None:
        """Note each step that begins or ends, as `<what> <action> <address>`."""
        if event.get("type") in ("apply_start", "apply_complete"):
            hook = event["hook"]
            what = event["type"].removeprefix("apply_")
            self.steps.append(f"{what} {hook['action']} {hook['resource']['resource']}")

    def apply(self, role_name: str = "second", **variables: Any) -> list[str]:
        """Apply the environment with a role and variables; return the steps in order."""
        self.steps.clear()
        network = {"source": "./network", "name": "moved"}
        environment = {
            "source": "./mwaa-environment",
            "name": "moved",
            "subnet_ids": "${module.network.private_subnet_ids}",
            "execution_role": role(role_name, self.managed_policy),
            **variables,
        }
        modules = {"network": network, "mwaa": environment}
        (self.folder / "main.tf.json").write_text(
            json.dumps({"provider": {"aws": {}}, "module": modules})
        )
        self._terraform.init()
        plan = self.folder / "saved.tfplan"
        self._terraform.plan(plan)
        self._terraform.apply(plan)
        return list(self.steps)


def role(name: str, managed: str) -> dict[str, Any]:
    """Return an execution role with a policy of each kind."""
    return {
        "name": name,
        "policies": {
            "athena": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "athena:*", "Resource": "*"}],
                }
            )
        },
        "policy_arns": {"glue": managed},
    }


@pytest.fixture(scope="module")
def steps(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Change the role, disable a module's logs, remove counts; return the steps."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "glue:*", "Resource": "*"}],
    }
    managed = local_aws.client("iam").create_policy(
        PolicyName="glue", PolicyDocument=json.dumps(document)
    )["Policy"]["Arn"]
    environment = _Environment(tmp_path_factory.mktemp("moved"), managed)
    environment.apply("first", schedulers=4, webservers={"min": 3})
    assert counts(local_aws) == [4, 3, 3]
    return environment.apply("second", logging={"worker": {"enabled": False}})


def counts(aws: LocalAws) -> list[int]:
    """Return the numbers of schedulers and web servers of the environment."""
    found = aws.client("mwaa").get_environment(Name="moved")["Environment"]
    return [found[name] for name in ("Schedulers", "MinWebservers", "MaxWebservers")]


def test_the_old_role_keeps_its_policies_until_the_environment_has_left_it(
    steps: list[str], local_aws: LocalAws
) -> None:
    updated = steps.index(f"start update {ENVIRONMENT}")
    left = steps.index(f"complete update {ENVIRONMENT}")
    for address in ("aws_iam_role.this[0]", *POLICIES):
        assert steps.index(f"complete create {address}") < updated
        assert left < steps.index(f"start delete {address}")
    iam = local_aws.client("iam")
    assert set(iam.list_role_policies(RoleName="second")["PolicyNames"]) == {"mwaa", "athena"}
    (attached,) = iam.list_attached_role_policies(RoleName="second")["AttachedPolicies"]
    assert attached["PolicyName"] == "glue"
    assert "first" not in {found["RoleName"] for found in iam.list_roles()["Roles"]}


def test_a_log_group_stays_when_its_module_is_disabled(
    steps: list[str], local_aws: LocalAws
) -> None:
    assert not [
        step for step in steps if "aws_cloudwatch_log_group" in step and " read " not in step
    ]
    groups = local_aws.client("logs").describe_log_groups()["logGroups"]
    assert "airflow-moved-Worker" in {group["logGroupName"] for group in groups}


def test_counts_without_an_input_stay_as_they_are(
    steps: list[str], local_aws: LocalAws
) -> None:
    assert f"complete update {ENVIRONMENT}" in steps
    assert counts(local_aws) == [4, 3, 3]
