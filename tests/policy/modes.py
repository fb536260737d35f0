"""The modes: each is a task that real Airflow runs, as a role session of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

NEWEST, MIDDLE, OLDEST = "3.3.1", "3.0.6", "2.10.3"
_BACKEND = (
    "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
)
_SECRETS_BACKEND = {
    "AIRFLOW__SECRETS__BACKEND": _BACKEND,
    "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps(
        {"variables_prefix": "/full/tasks", "connections_prefix": None, "config_prefix": None}
    ),
}
ARTICLE = "six-parameters"
FAILING = frozenset({"failed", "killed", "start-failure"})
"""Modes whose Airflow task fails; the others succeed."""


SETUPS = {"plain": "switches", "full": "switches", "tagged": "tagged"}
"""By setup, the folder of HCL that it is applied from: `plain` has defaults, `full` every
switch on, `tagged` grants by tag, registered revisions too."""


@dataclass(frozen=True)
class Run:
    """A run of Airflow: modes one after the other.

    setup: of SETUPS: whose role it has.
    partition: where.
    modes: of dags/modes.py, or ARTICLE alone: the article's DAG as it stands.
    session: the mode whose session the process itself has; the others have connections.
    """

    setup: str
    modes: tuple[str, ...]
    airflow: str = NEWEST
    session: str = "airflow"
    environ: Mapping[str, str] = field(default_factory=dict)
    partition: str = "aws"

    def label(self, mode: str) -> str:
        """The name of a mode, and of its session."""
        return f"{self.setup}-{mode}-{self.airflow}"


_READ = ("parameters-together", "parameters-one-by-one")
_EVERY_SWITCH = (
    *("synchronous", "deferrable", "killed", "json-parameter", "reattach", "tags"),
    *("secrets-backend", "execute-command", "register", *_READ),
)


def _full(partition: str) -> Run:
    return Run(
        "full",
        _EVERY_SWITCH,
        session="secrets-backend",
        environ=_SECRETS_BACKEND,
        partition=partition,
    )


RUNS = (
    _full("aws"),
    Run(
        "plain",
        (
            *("synchronous", "without-logs", "without-container-name", "deferrable", "xcom"),
            *("failed", "killed", "start-failure", "json-parameter", *_READ),
        ),
    ),
    Run("plain", ("synchronous", "deferrable"), OLDEST),
    # Alone: there it ends the whole run.
    Run("plain", ("killed",), OLDEST),
    Run("plain", ("synchronous", "deferrable", "killed"), MIDDLE),
    Run("plain", (ARTICLE,), session=ARTICLE),
    Run("full", (ARTICLE,), session=ARTICLE),
    Run("tagged", ("synchronous", "killed", "json-parameter", "register", *_READ)),
    # Modes that are written alike in every partition, and modes that are not.
    *(
        run
        for partition in ("aws-us-gov", "aws-cn")
        for run in (
            _full(partition),
            Run(
                "plain", ("synchronous", "killed", "start-failure", *_READ), partition=partition
            ),
        )
    ),
)
