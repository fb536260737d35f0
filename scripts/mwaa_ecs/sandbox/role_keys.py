"""Keys of the execution role, as Airflow's programs fetch them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from mwaa_ecs.sandbox.local_aws import LocalAws

# The SDK fetches keys anew a quarter of an hour before they end.
_LEFT = timedelta(minutes=30)


class RoleKeys:
    """Gives the same keys until half an hour before they end.

    The SDK waits for them two seconds. Eight tasks that start at once on a busy machine did
    not get them in time when each request called STS.

    Args:
        aws: the local AWS.
        role_arn: the execution role.
        now: the time; tests give another.
    """

    def __init__(
        self,
        aws: LocalAws,
        role_arn: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._aws = aws
        self._role_arn = role_arn
        self._now = now
        self._lock = threading.Lock()
        self._ends: datetime | None = None
        self._keys: Mapping[str, str] = {}

    def __call__(self) -> Mapping[str, str]:
        """Return keys as the SDK reads them."""
        with self._lock:
            if self._ends is None or self._ends - self._now() < _LEFT:
                self._fetch()
            return self._keys

    def _fetch(self) -> None:
        sts = self._aws.watcher("sts")
        keys = sts.assume_role(RoleArn=self._role_arn, RoleSessionName="Airflow")
        found = keys["Credentials"]
        self._ends = found["Expiration"]
        self._keys = {
            "AccessKeyId": found["AccessKeyId"],
            "SecretAccessKey": found["SecretAccessKey"],
            "Token": found["SessionToken"],
            "Expiration": found["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "RoleArn": self._role_arn,
        }
