"""The modes: each is a task that real Airflow runs in its own role session."""

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
FAILING = frozenset({"failed", "killed", "start-failure", "task-operator-killed"})
"""Modes whose Airflow task fails; the others succeed."""


SETUPS = {"plain": "switches", "full": "switches", "tagged": "tagged"}
"""Folder of HCL by setup: `plain` has the defaults, `full` has every switch on, and `tagged`
grants by tag, reaches its own tasks only, opens shells and registers revisions."""


@dataclass(frozen=True)
class Run:
    """A run of Airflow, which runs modes one after the other.

    Attributes:
        setup: Key of SETUPS. The run has this setup's role.
        modes: Modes of dags/modes.py, or ARTICLE alone, the article's own DAG.
        airflow: Version of Airflow.
        session: Mode whose session Airflow's process has. The others have connections.
        environ: Variables to add to Airflow's environment.
        partition: Partition that it runs in.
    """

    setup: str
    modes: tuple[str, ...]
    airflow: str = NEWEST
    session: str = "airflow"
    environ: Mapping[str, str] = field(default_factory=dict)
    partition: str = "aws"

    def label(self, mode: str) -> str:
        """Return the name of a mode in this run, which is also that of its session."""
        return f"{self.setup}-{mode}-{self.airflow}"


_READ = ("parameters-together", "parameters-one-by-one")
_EVERY_SWITCH = (
    *("synchronous", "deferrable", "killed", "json-parameter", "reattach", "tags"),
    *("secrets-backend", "execute-command", "register", *_READ),
    *("task-operator", "docker-operator-register"),
)
# The module's own operators, as they need nothing but the defaults.
_OWN = (
    *("task-operator", "task-operator-deferrable", "task-operator-xcom"),
    *("task-operator-killed", "task-operator-reattach", "docker-operator"),
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
    Run("plain", _OWN),
    Run("plain", ("synchronous", "deferrable", "task-operator"), OLDEST),
    # Alone, because on the oldest Airflow it ends the whole run.
    Run("plain", ("killed",), OLDEST),
    Run("plain", ("synchronous", "deferrable", "killed", *_OWN), MIDDLE),
    Run("plain", (ARTICLE,), session=ARTICLE),
    Run("full", (ARTICLE,), session=ARTICLE),
    Run(
        "tagged",
        (
            *("synchronous", "killed", "json-parameter", "execute-command", "register", *_READ),
            *("task-operator", "task-operator-reattach", "docker-operator-register"),
        ),
    ),
    # Other partitions: the modes whose policy names a partition, and some that do not.
    *(
        run
        for partition in ("aws-us-gov", "aws-cn")
        for run in (
            _full(partition),
            Run(
                "plain",
                ("synchronous", "killed", "start-failure", "task-operator-reattach", *_READ),
                partition=partition,
            ),
        )
    ),
)

NEWEST_RUNS = tuple(run for run in RUNS if (run.airflow, run.partition) == (NEWEST, "aws"))
"""Runs of `make test`. They have every mode, setup and statement; other versions and partitions
take half of the proof's processor time, and are left to `make test-versions`."""
