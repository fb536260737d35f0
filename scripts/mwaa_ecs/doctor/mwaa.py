"""Checks of the MWAA environment."""

from __future__ import annotations

from collections.abc import Iterator

from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, warn
from mwaa_ecs.doctor.world import World

_OLDEST = (2, 9)
_USABLE = ("AVAILABLE", "UPDATING", "MAINTENANCE", "PENDING")
_TRUSTED = "airflow-env.amazonaws.com"
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def _status(world: World) -> Iterator[Finding]:
    found = world.environment()
    status = str(found["Status"])
    if status not in _USABLE:
        error = (found.get("LastUpdate") or {}).get("Error") or {}
        more = f": {error['ErrorMessage']}" if error.get("ErrorMessage") else ""
        yield fail(f"The environment {found['Name']} is {status}{more}.")


def _version(world: World) -> Iterator[Finding]:
    found = world.environment()
    version = str(found["AirflowVersion"])
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST:
        yield warn(
            f"The environment {found['Name']} has Airflow {version}; the operator runs on 2.9 "
            "and later."
        )


def _role(world: World) -> Iterator[Finding]:
    from mwaa_ecs.iam.trust import trusted_services

    arn = world.mwaa_role_arn()
    planned = world.asked.planned_role
    if planned is not None and planned != arn.rpartition("/")[2]:
        yield fail(
            f"The module gives its rights to the role {planned}; the environment has {arn}.",
            "Set `mwaa_execution_role_name` to the name of the environment's role.",
        )
        return
    role = world.role(arn)
    if role is None:
        yield fail(f"MWAA's role {arn} does not exist.")
    elif _TRUSTED not in trusted_services(role["AssumeRolePolicyDocument"]):
        yield fail(f"MWAA's role {arn} does not trust {_TRUSTED}.")


def _bucket(world: World) -> Iterator[Finding]:
    name = str(world.environment()["SourceBucketArn"]).rpartition(":")[2]
    versioning = world.call(
        "s3", "get_bucket_versioning", missing=("NoSuchBucket",), Bucket=name
    )
    if versioning is None:
        yield fail(f"The bucket {name} does not exist.")
        return
    if versioning.get("Status") != "Enabled":
        yield fail(f"The bucket {name} is not versioned.")
    block = world.call(
        "s3",
        "get_public_access_block",
        missing=("NoSuchPublicAccessBlockConfiguration",),
        Bucket=name,
    )
    settings = (block or {}).get("PublicAccessBlockConfiguration") or {}
    if not all(settings.get(key) for key in _BLOCKS):
        yield warn(f"The bucket {name} does not block all public access, as MWAA needs.")


_ENVIRONMENT = ("airflow:ListEnvironments", "airflow:GetEnvironment")
_BY_HAND = "aws mwaa get-environment --name ENVIRONMENT"
CHECKS = (
    Check(
        id="mwaa-status",
        title="The environment is available.",
        sees="DAGs do not run, or are not listed.",
        why="The environment failed to be created or updated.",
        by_hand=f"{_BY_HAND} --query Environment.[Status,LastUpdate]",
        fix="Correct what LastUpdate names, and apply modules/mwaa-environment or update the"
        " environment.",
        needs=_ENVIRONMENT,
        before_apply=True,
        per_account=_status,
    ),
    Check(
        id="mwaa-version",
        title="The environment's Airflow runs the operator.",
        sees="The DAG has an import error.",
        why="The operator is tested from Airflow 2.9 on.",
        by_hand=f"{_BY_HAND} --query Environment.AirflowVersion",
        fix="Set `airflow_version` of modules/mwaa-environment to 2.9 or later.",
        needs=_ENVIRONMENT,
        before_apply=True,
        per_account=_version,
    ),
    Check(
        id="mwaa-role",
        title="The environment's role exists and MWAA can assume it.",
        sees="The environment does not start, or its workers have no credentials.",
        why="The role was deleted, or its trust policy was changed.",
        by_hand="aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument",
        fix="Let the role trust airflow.amazonaws.com and airflow-env.amazonaws.com.",
        needs=(*_ENVIRONMENT, "iam:GetRole"),
        before_apply=True,
        per_account=_role,
    ),
    Check(
        id="mwaa-bucket",
        title="The environment's bucket is versioned and private.",
        sees="Changed DAGs, plugins or requirements do not arrive.",
        why="MWAA reads versions of objects, and refuses buckets that may be public.",
        by_hand="aws s3api get-bucket-versioning --bucket BUCKET",
        fix="Leave `bucket.existing` of modules/mwaa-environment out, or enable versioning and"
        " block public access.",
        needs=(*_ENVIRONMENT, "s3:GetBucketVersioning", "s3:GetBucketPublicAccessBlock"),
        before_apply=True,
        per_account=_bucket,
    ),
)
