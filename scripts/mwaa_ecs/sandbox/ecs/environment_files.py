"""A container's environment files: objects in S3 with a variable a line.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.ecs.secrets import Clients

_FAILED = "failed to download env files: "


class FileUnavailableError(Exception):
    """It cannot be had. The text follows ResourceInitializationError."""


class FileObject(NamedTuple):
    """Where a file is."""

    bucket: str
    key: str


def parse_file(file: Mapping[str, Any]) -> FileObject:
    """Take an entry of `environmentFiles` apart: the ARN of an object in S3."""
    bucket, _, key = str(file.get("value", "")).rpartition(":")[2].partition("/")
    return FileObject(bucket, key)


def read_files(
    files: Sequence[Mapping[str, Any]], clients: Clients, region: str
) -> dict[str, str]:
    """The variables of all files; where two have one name, the first counts, as in ECS.

    Raises FileUnavailableError in ECS's words.
    """
    variables: dict[str, str] = {}
    for file in files:
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
    """`NAME=value` a line; lines that begin with `#` and lines without `=` say nothing.

    Quotes and blanks belong to the value, as ECS has it.
    """
    lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
    return [(name.strip(), value) for name, _, value in (one.partition("=") for one in lines)]
