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


@dataclass(frozen=True)
class Run:
    """A run of Airflow: modes one after the other.

    setup: `plain` (defaults) or `full` (every switch on): whose role it has.
    modes: of dags/modes.py, or ARTICLE alone: the article's DAG as it stands.
    session: the mode whose session the process itself has; the others have connections.
    """

    setup: str
    modes: tuple[str, ...]
    airflow: str = NEWEST
    session: str = "airflow"
    environ: Mapping[str, str] = field(default_factory=dict)

    def label(self, mode: str) -> str:
        """The name of a mode, and of its session."""
        return f"{self.setup}-{mode}-{self.airflow}"


RUNS = (
    Run(
        "full",
        (
            *("synchronous", "deferrable", "killed", "json-parameter", "reattach", "tags"),
            *("secrets-backend", "execute-command", "register"),
            *("parameters-together", "parameters-one-by-one"),
        ),
        session="secrets-backend",
        environ=_SECRETS_BACKEND,
    ),
    Run(
        "plain",
        (
            *("synchronous", "without-logs", "without-container-name", "deferrable", "xcom"),
            *("failed", "killed", "start-failure", "json-parameter"),
            *("parameters-together", "parameters-one-by-one"),
        ),
    ),
    Run("plain", ("synchronous", "deferrable"), OLDEST),
    # Alone: there it ends the whole run.
    Run("plain", ("killed",), OLDEST),
    Run("plain", ("synchronous", "deferrable", "killed"), MIDDLE),
    Run("plain", (ARTICLE,), session=ARTICLE),
    Run("full", (ARTICLE,), session=ARTICLE),
)
