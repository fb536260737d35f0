"""A container's environment files: S3 objects with one variable per line.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.ecs.secrets import Clients

_FAILED = "failed to download env files: "


class FileUnavailableError(Exception):
    """A file cannot be read. ECS puts the text after ResourceInitializationError."""


class FileObject(NamedTuple):
    """The bucket and key of an environment file."""

    bucket: str
    key: str


def parse_file(file: Mapping[str, Any]) -> FileObject:
    """Split the ARN in an entry of `environmentFiles` into bucket and key."""
    bucket, _, key = str(file.get("value", "")).rpartition(":")[2].partition("/")
    return FileObject(bucket, key)


def read_files(
    files: Sequence[Mapping[str, Any]], clients: Clients | None, region: str
) -> dict[str, str]:
    """Return the variables of all files. As in ECS, the first of two with one name counts.

    Args:
        files: the entries of `environmentFiles`.
        clients: clients with the rights of the execution role; None without such a role.
        region: the task's region.

    Raises:
        FileUnavailableError: a file cannot be read; the message is ECS's.
    """
    variables: dict[str, str] = {}
    for file in files:
        if clients is None:
            raise FileUnavailableError(
                f"{_FAILED}the task has no execution role, with which ECS would read "
                f"{file.get('value')}"
            )
        found = parse_file(file)
        try:
            answer = clients("s3", region).get_object(Bucket=found.bucket, Key=found.key)
        except ClientError as error:
            code = error.response["ResponseMetadata"]["HTTPStatusCode"]
            word = "NotFound: Not Found" if code == 404 else "Forbidden: Forbidden"
            raise FileUnavailableError(
                f"{_FAILED}service call has been retried 1 time(s): operation error S3: "
                f"HeadObject, https response error StatusCode: {code}, api error {word}. "
                f"({file.get('value')})"
            ) from error
        for name, value in _variables(answer["Body"].read().decode("utf-8", "replace")):
            variables.setdefault(name, value)
    return variables


def _variables(text: str) -> Sequence[tuple[str, str]]:
    """Parse lines of `NAME=value`; skip lines that begin with `#` or have no `=`.

    As in ECS, quotes and blanks belong to the value.
    """
    lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
    return [(name.strip(), value) for name, _, value in (one.partition("=") for one in lines)]
