"""The Airflow versions of MWAA that this package has a lock file for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mwaa_ecs.errors import UserError

_LOCKS = Path(__file__).parent / "locks"

# The Python that MWAA runs each version on. If it is not installed, another one is used.
_PYTHON = {"2.10.3": "3.11", "2.11.2": "3.12", "3.0.6": "3.12", "3.3.1": "3.12"}

DEFAULT_VERSION = "3.0.6"


@dataclass(frozen=True)
class AirflowVersion:
    """One Airflow version that MWAA has, with its lock file."""

    number: str
    python: str
    lock: Path

    @cached_property
    def _lock_text(self) -> str:
        return self.lock.read_text(encoding="utf-8")

    @property
    def amazon_provider(self) -> str:
        """The version of apache-airflow-providers-amazon that MWAA ships with it."""
        found = re.search(r"^apache-airflow-providers-amazon==(\S+)", self._lock_text, re.M)
        if found is None:
            raise LookupError(f"{self.lock} does not lock apache-airflow-providers-amazon")
        return found[1]

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever the lock file does."""
        return hashlib.sha256(self._lock_text.encode()).hexdigest()[:12]

    def describe(self, python: str) -> str:
        """Return what runs, and MWAA's own Python where the one here is another."""
        differs = "" if python == self.python else f" (MWAA has {self.python})"
        return (
            f"{self.number} on Python {python}{differs}, amazon provider {self.amazon_provider}"
        )


def known_versions() -> list[str]:
    """Return the versions that can be run, oldest first."""
    return sorted(
        (path.stem for path in _LOCKS.glob("*.txt")),
        key=lambda number: tuple(int(part) for part in number.split(".")),
    )


def find_version(number: str) -> AirflowVersion:
    """Return an Airflow version by its number.

    Raises:
        UserError: The version has no lock file. The message lists those that have one.
    """
    if number not in known_versions():
        raise UserError(
            f"--airflow: {number!r} is not a version of MWAA that the sandbox can run; "
            f"it must be one of {', '.join(known_versions())}"
        )
    return AirflowVersion(number, _PYTHON[number], _LOCKS / f"{number}.txt")
