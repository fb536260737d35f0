"""Which KMS key protects what: the door to moto's KMS, Parameter Store, Logs, S3, Secrets."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend

from mwaa_ecs.iam.model import Context

_AWS_OWN = "alias/aws/"


@dataclass(frozen=True)
class Place:
    """An account in a region."""

    account_id: str
    region: str
    partition: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in it."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def _backend(self, service: str) -> Any:
        return get_backend(service)[self.account_id][self.region]

    def parameter_key(self, name: str) -> str | None:
        """ARN of the customer's key that a parameter is encrypted with."""
        parameter = None
        with suppress(Exception):  # moto raises what it likes for a name that is none
            parameter = self._backend("ssm").get_parameter(name)
        if parameter is None or parameter.parameter_type != "SecureString":
            return None
        return self._key(parameter.keyid)

    def log_group_key(self, name: str) -> str | None:
        """ARN of the key that a log group is encrypted with."""
        group = self._backend("logs").groups.get(name)
        return self._key(group.kms_key_id) if group is not None else None

    def log_group_tags(self, name: str) -> Context:
        """A log group's tags as condition keys; its streams have them too."""
        tags: dict[str, str] = {}
        with suppress(Exception):  # of a group that is not there
            tags = self._backend("logs").list_tags_log_group(name)
        return {
            "aws:ResourceTag/*": (),
            **{f"aws:ResourceTag/{key}": (value,) for key, value in tags.items()},
        }

    def secret(self, reference: str) -> tuple[str, str | None]:
        """ARN of a secret, by its name or ARN, and of the customer's key it is encrypted with.

        Of a secret that is not there, the ARN has its six random characters open.
        """
        for secret in self._backend("secretsmanager").secrets.values():
            if reference in (secret.secret_id, secret.name, secret.arn, secret.arn[:-7]):
                return str(secret.arn), self._key(getattr(secret, "kms_key_id", None))
        if reference.startswith("arn:"):
            return reference, None
        return self.arn("secretsmanager", f"secret:{reference}-??????"), None

    def object_key(self, bucket: str, key: str) -> str | None:
        """ARN of the customer's key that an object in S3 is encrypted with."""
        found = None
        with suppress(Exception):  # of a bucket that is not there
            found = get_backend("s3")[self.account_id][self.partition].get_object(bucket, key)
        if found is None or found.encryption != "aws:kms":
            return None
        return self._key(found.kms_key_id)

    def _key(self, reference: str | None) -> str | None:
        """ARN of a key; None for AWS's own, which all in the account may use by a service."""
        if not reference or _AWS_OWN in reference:
            return None
        kms = self._backend("kms")
        with suppress(Exception):
            return str(kms.describe_key(kms.any_id_to_key_id(reference)).arn)
        return (
            reference if reference.startswith("arn:") else self.arn("kms", f"key/{reference}")
        )
