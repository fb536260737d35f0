"""The commands of Airflow that MWAA's command line endpoint runs, and no others.

https://docs.aws.amazon.com/mwaa/latest/userguide/airflow-cli-command-reference.html
"""

from __future__ import annotations

from collections.abc import Sequence

_BOTH = """
cheat-sheet
connections add
connections delete
dags delete
dags list
dags list-jobs
dags list-import-errors
dags list-runs
dags next-execution
dags pause
dags report
dags reserialize
dags show
dags state
dags test
dags trigger
dags unpause
db clean
providers behaviours
providers get
providers hooks
providers links
providers list
providers notifications
providers secrets
providers triggerer
providers widgets
roles add-perms
roles create
roles del-perms
roles list
tasks clear
tasks failed-deps
tasks list
tasks render
tasks state
tasks states-for-dag-run
tasks test
variables delete
variables get
variables list
variables set
version
"""
_ONLY_2 = """
dags backfill
tasks run
"""
_ONLY_3 = """
assets details
assets list
assets materialize
backfill create
"""


def commands(*, is_2: bool) -> frozenset[str]:
    """Return the commands of Airflow 2 (from 2.8) or Airflow 3."""
    listed = _BOTH.strip().splitlines() + (_ONLY_2 if is_2 else _ONLY_3).strip().splitlines()
    return frozenset(listed)


def refusal(words: Sequence[str], *, is_2: bool) -> str:
    """Return why MWAA does not run a command; empty if it does.

    Args:
        words: the command's words, without `airflow`.
        is_2: whether it is for Airflow 2.
    """
    known = commands(is_2=is_2)
    if " ".join(words[:1]) in known or " ".join(words[:2]) in known:
        return ""
    return (
        f"MWAA does not run the command {' '.join(words[:2])!r}. It must be one of "
        f"{', '.join(sorted(known))}"
    )
