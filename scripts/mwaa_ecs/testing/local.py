"""Credentials in any account of a local AWS."""

from __future__ import annotations

from typing import Any

from mwaa_ecs.environments import Settings
from mwaa_ecs.sandbox.local_aws import LocalAws


def credentials(aws: LocalAws, settings: Settings) -> dict[str, str]:
    """Return the environment of a process that works in an environment's account and region."""
    role = f"arn:{settings.partition}:iam::{settings.account_id}:role/mwaa-ecs-plan-checks"
    return aws.role_environment(role, "plan-checks", settings.region)


def session(environ: dict[str, str]) -> Any:
    """Return a boto3 session with the credentials of `credentials`, at their endpoint."""
    import boto3

    class _Local(boto3.Session):  # type: ignore[misc]  # has no types
        """A session whose clients call the local AWS."""

        def client(self, service: str, **options: Any) -> Any:
            return super().client(service, endpoint_url=environ["AWS_ENDPOINT_URL"], **options)

    return _Local(
        aws_access_key_id=environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environ["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environ["AWS_SESSION_TOKEN"],
        region_name=environ["AWS_REGION"],
    )
