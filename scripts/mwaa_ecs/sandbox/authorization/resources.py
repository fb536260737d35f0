"""The KMS keys and the tags of resources, as moto holds them.

moto's backends of KMS, Parameter Store, CloudWatch Logs, S3 and Secrets Manager are read here
only.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from moto.backends import get_backend

from mwaa_ecs.iam.model import Context, tags_as_context
from mwaa_ecs.sandbox.place import Place

_AWS_MANAGED = "alias/aws/"


def parameter_key(place: Place, name: str) -> str | None:
    """Return the ARN of the customer managed key that encrypts a parameter."""
    parameter = None
    with suppress(Exception):  # moto raises various errors for an invalid name
        parameter = _backend(place, "ssm").get_parameter(name)
    if parameter is None or parameter.parameter_type != "SecureString":
        return None
    return _key_arn(place, parameter.keyid)


def log_group_key(place: Place, name: str) -> str | None:
    """Return the ARN of the key that encrypts a log group."""
    group = _backend(place, "logs").groups.get(name)
    return _key_arn(place, group.kms_key_id) if group is not None else None


def log_group_tags(place: Place, name: str) -> Context:
    """Return a log group's tags as condition keys; its streams have the same."""
    tags: dict[str, str] = {}
    with suppress(Exception):  # the group does not exist
        tags = _backend(place, "logs").list_tags_log_group(name)
    return tags_as_context(tags)


def find_secret(place: Place, reference: str) -> tuple[str, str | None]:
    """Find a secret by its name or ARN.

    Returns:
        The secret's ARN, and the ARN of the customer managed key that encrypts it. For a
        secret that does not exist, the ARN ends in six `?`, where AWS puts random characters.
    """
    for secret in _backend(place, "secretsmanager").secrets.values():
        if reference in (secret.secret_id, secret.name, secret.arn, secret.arn[:-7]):
            return str(secret.arn), _key_arn(place, getattr(secret, "kms_key_id", None))
    if reference.startswith("arn:"):
        return reference, None
    return place.arn("secretsmanager", f"secret:{reference}-??????"), None


def object_key(place: Place, bucket: str, key: str) -> str | None:
    """Return the ARN of the customer managed key that encrypts an S3 object."""
    found = None
    with suppress(Exception):  # the bucket does not exist
        found = get_backend("s3")[place.account_id][place.partition].get_object(bucket, key)
    if found is None or found.encryption != "aws:kms":
        return None
    return _key_arn(place, found.kms_key_id)


def _backend(place: Place, service: str) -> Any:
    return get_backend(service)[place.account_id][place.region]


def _key_arn(place: Place, reference: str | None) -> str | None:
    """Return a key's ARN; None for an AWS managed key, which needs no permission."""
    if not reference or _AWS_MANAGED in reference:
        return None
    kms = _backend(place, "kms")
    with suppress(Exception):
        return str(kms.describe_key(kms.any_id_to_key_id(reference)).arn)
    return reference if reference.startswith("arn:") else place.arn("kms", f"key/{reference}")
