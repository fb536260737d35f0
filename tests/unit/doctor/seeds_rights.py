"""Faults of rights: of MWAA's role, of the execution role, and of trust."""

from __future__ import annotations

from typing import Any

from unit.doctor.healthy import (
    CLUSTER,
    EXECUTION_ROLE,
    GROUPS,
    World,
    allow,
    arn,
    document,
    execution_statements,
    mwaa_statements,
)
from unit.doctor.seeds import seed


def _mwaa_without(world: World, what: str, *instead: dict[str, Any]) -> None:
    kept = [one for name, one in mwaa_statements(world).items() if name != what]
    world.policy(world.place.mwaa_execution_role_name, *kept, *instead)


def _execution_without(world: World, what: str, *instead: dict[str, Any]) -> None:
    kept = [one for name, one in execution_statements(world).items() if name != what]
    world.policy(EXECUTION_ROLE, *kept, *instead)


@seed("rights-run-task", "ecs:RunTask", "run-task-denied")
def run_task_on_the_family_without_a_revision(world: World) -> None:
    families = [arn("ecs", f"task-definition/jobs-{task}") for task in GROUPS]
    _mwaa_without(world, "run", allow(["ecs:RunTask"], *families))


@seed("rights-run-task", "ecs:RunTask", "run-task-denied")
def run_task_on_another_cluster(world: World) -> None:
    other = {"ArnEquals": {"ecs:cluster": arn("ecs", "cluster/other")}}
    _mwaa_without(
        world, "run", allow(["ecs:RunTask"], arn("ecs", "task-definition/*"), **other)
    )


@seed("rights-run-task", "a policy denies it", "run-task-denied")
def run_task_denied_by_a_policy(world: World) -> None:
    deny = {"Effect": "Deny", "Action": "ecs:RunTask", "Resource": "*"}
    world.policy(world.place.mwaa_execution_role_name, *mwaa_statements(world).values(), deny)


@seed("rights-pass-role", "iam:PassRole", "pass-role-denied")
def pass_role_without_the_execution_role(world: World) -> None:
    task_role = allow(["iam:PassRole"], arn("iam", "role/jobs-etl", ""))
    _mwaa_without(world, "pass", task_role)


@seed("rights-pass-role", "iam:PassRole", "pass-role-denied")
def pass_role_without_the_task_role(world: World) -> None:
    _mwaa_without(
        world, "pass", allow(["iam:PassRole"], arn("iam", f"role/{EXECUTION_ROLE}", ""))
    )


@seed("rights-watch-task", "ecs:StopTask")
def stop_task_forgotten(world: World) -> None:
    tasks = arn("ecs", f"task/{CLUSTER}/*")
    _mwaa_without(world, "watch", allow(["ecs:DescribeTasks"], tasks))


@seed("rights-tag-task", "ecs:TagResource")
def tags_without_the_right_to_tag(world: World) -> None:
    _mwaa_without(world, "tag")


@seed("rights-read-lines", "logs:GetLogEvents")
def lines_of_another_group_only(world: World) -> None:
    group = arn("logs", "log-group:/ecs/other:log-stream:*")
    _mwaa_without(world, "lines", allow(["logs:GetLogEvents"], group))


@seed("rights-read-contract", "ssm:GetParameter")
def contract_of_another_prefix_only(world: World) -> None:
    other = arn("ssm", "parameter/airflow/*")
    _mwaa_without(world, "contract", allow(["ssm:GetParameter*"], other))


@seed("rights-trust", "does not trust", "role-trust")
def execution_role_trusts_another_service(world: World) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    world.client("iam").update_assume_role_policy(
        RoleName=EXECUTION_ROLE, PolicyDocument=document(trust)
    )


@seed("rights-trust", "does not exist", "role-trust")
def execution_role_that_the_account_does_not_have(world: World) -> None:
    role = arn("iam", "role/ecsTaskExecutionRole", "")
    world.definition("hello", executionRoleArn=role)
    to_ecs = allow(["iam:PassRole"], role)
    world.policy(world.place.mwaa_execution_role_name, *mwaa_statements(world).values(), to_ecs)


@seed("rights-registry", "ecr:GetAuthorizationToken", "registry-login-denied")
def registry_login_on_the_repository_only(world: World) -> None:
    repository = arn("ecr", "repository/etl")
    _execution_without(world, "registry", allow(["ecr:GetAuthorizationToken"], repository))


@seed("rights-pull", "ecr:BatchGetImage", "image-denied")
def pull_of_another_repository_only(world: World) -> None:
    other = allow(["ecr:*"], arn("ecr", "repository/other"))
    _execution_without(world, "pull", other)


@seed("rights-secrets", "secretsmanager:GetSecretValue", "secret-denied")
def secret_not_granted(world: World) -> None:
    _execution_without(world, "secret")


@seed("rights-parameters", "ssm:GetParameters", "parameters-denied")
def parameter_granted_by_another_action(world: World) -> None:
    mode = arn("ssm", "parameter/etl/mode")
    _execution_without(world, "parameter", allow(["ssm:GetParameter"], mode))


@seed("rights-write-lines", "logs:CreateLogStream", "logs-denied")
def log_streams_not_granted(world: World) -> None:
    _execution_without(world, "logs")


@seed("rights-write-lines", "boundary", "logs-denied")
def boundary_without_logs(world: World) -> None:
    iam = world.client("iam")
    deny = {"Effect": "Allow", "NotAction": "logs:*", "Resource": "*"}
    policy = iam.create_policy(PolicyName="limit", PolicyDocument=document(deny))
    iam.put_role_permissions_boundary(
        RoleName=EXECUTION_ROLE, PermissionsBoundary=policy["Policy"]["Arn"]
    )
