"""The MWAA environment whose DAGs a run executes, and the files in its bucket.

Terraform created the environment in the local AWS, or else the account's user is assumed to
have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws


@dataclass(frozen=True)
class BucketFile:
    """A version of a file in the bucket.

    Attributes:
        key: the file's key.
        version: the version's id; None for the newest.
    """

    key: str
    version: str | None


@dataclass(frozen=True)
class MwaaEnvironment:
    """An MWAA environment.

    Attributes:
        name: the environment's name; None for the assumed environment of the account.
        airflow_version: the Airflow version; None if the run may choose it.
        bucket: the bucket's name.
        dag_folder: the DAGs' folder in the bucket.
        role_arn: the execution role.
        settings: the configuration options as environment variables of Airflow.
        requirements: the requirements file.
        plugins: the zip file with plugins.
        startup_script: the startup script.
    """

    name: str | None
    airflow_version: str | None
    bucket: str
    dag_folder: str
    role_arn: str
    settings: Mapping[str, str] = field(default_factory=dict)
    requirements: BucketFile | None = None
    plugins: BucketFile | None = None
    startup_script: BucketFile | None = None


def find_mwaa_environment(aws: LocalAws, account: Account) -> MwaaEnvironment:
    """Return the MWAA environment that Terraform created, or the one of the account.

    Raises:
        UserError: there are several environments.
    """
    mwaa = aws.client("mwaa")
    names = mwaa.list_environments()["Environments"]
    if not names:
        return MwaaEnvironment(
            name=None,
            airflow_version=None,
            bucket=account.dags_bucket_name,
            dag_folder="dags",
            role_arn=account.mwaa_execution_role_arn,
        )
    if len(names) > 1:
        raise UserError(
            f"EXAMPLE: it creates {len(names)} MWAA environments ({', '.join(names)}). The "
            "sandbox runs the DAGs of one: use an example with one environment"
        )
    return _read_environment(mwaa.get_environment(Name=names[0])["Environment"])


def _read_environment(environment: Mapping[str, Any]) -> MwaaEnvironment:
    def file(kind: str) -> BucketFile | None:
        key = environment.get(f"{kind}S3Path")
        return BucketFile(key, environment.get(f"{kind}S3ObjectVersion")) if key else None

    return MwaaEnvironment(
        name=environment["Name"],
        airflow_version=environment["AirflowVersion"],
        bucket=environment["SourceBucketArn"].rpartition(":::")[2],
        dag_folder=environment["DagS3Path"].strip("/"),
        role_arn=environment["ExecutionRoleArn"],
        settings={
            _variable(option): value
            for option, value in environment.get("AirflowConfigurationOptions", {}).items()
        },
        requirements=file("Requirements"),
        plugins=file("Plugins"),
        startup_script=file("StartupScript"),
    )


def _variable(option: str) -> str:
    section, _, name = option.partition(".")
    return f"AIRFLOW__{section.upper()}__{name.upper()}"


def read_file(aws: LocalAws, mwaa: MwaaEnvironment, file: BucketFile) -> bytes:
    """Return the content of a file in the bucket, in the environment's version."""
    version = {"VersionId": file.version} if file.version else {}
    answer = aws.client("s3").get_object(Bucket=mwaa.bucket, Key=file.key, **version)
    return bytes(answer["Body"].read())


def unpack_plugins(
    aws: LocalAws, mwaa: MwaaEnvironment, file: BucketFile, target: Path
) -> None:
    """Unpack the environment's plugins into the folder `target`.

    Raises:
        UserError: the file is not a zip file.
    """
    try:
        with ZipFile(BytesIO(read_file(aws, mwaa, file))) as archive:
            archive.extractall(target)
    except BadZipFile:
        raise UserError(
            f"plugins: {file.key!r} in the bucket {mwaa.bucket!r} is not a zip file. Create "
            "one with `mwaa-ecs plugins pack FOLDER`"
        ) from None
