"""MWAA's Airflow versions, environment classes and quotas.

https://docs.aws.amazon.com/mwaa/latest/userguide/airflow-versions.html
https://docs.aws.amazon.com/mwaa/latest/userguide/environment-class.html
https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-quotas.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaa_ecs.sandbox.mwaa.errors import invalid

AIRFLOW_VERSIONS = (
    "2.7.2",
    "2.8.1",
    "2.9.2",
    "2.10.1",
    "2.10.3",
    "2.11.0",
    "2.11.2",
    "3.0.6",
    "3.2.1",
    "3.3.1",
)
# CreateEnvironment's reference: "If no value is specified, it defaults to the latest version."
DEFAULT_AIRFLOW_VERSION = AIRFLOW_VERSIONS[-1]
ENVIRONMENT_CLASSES = (
    "mw1.micro",
    "mw1.small",
    "mw1.medium",
    "mw1.large",
    "mw1.xlarge",
    "mw1.2xlarge",
)
DEFAULT_CLASS = "mw1.small"
WORKER_QUOTA = 25

_MICRO = "mw1.micro"
_FEWEST, _MOST = 2, 5


def defaults(environment_class: str) -> dict[str, Any]:
    """Return the default counts of workers, schedulers and web servers of a class."""
    micro = environment_class == _MICRO
    return {
        "MinWorkers": 1,
        "MaxWorkers": 1 if micro else 10,
        "Schedulers": 1 if micro else 2,
        "MinWebservers": 1 if micro else 2,
        "MaxWebservers": 1 if micro else 2,
    }


def check_version(version: str) -> None:
    """Refuse an Airflow version that MWAA lacks."""
    if version not in AIRFLOW_VERSIONS:
        raise invalid(
            f"Airflow version {version} is not supported. "
            f"Supported versions: {', '.join(AIRFLOW_VERSIONS)}"
        )


def check_access(mode: str, version: str) -> None:
    """Refuse PUBLIC_AND_PRIVATE for an Airflow version that does not support it."""
    if mode == "PUBLIC_AND_PRIVATE" and _numbers(version) < (3, 2):
        raise invalid(
            f"Web server access mode {mode} is not supported for Airflow version {version}. "
            "It needs 3.2 or later."
        )


def check_version_change(old: str, new: str) -> None:
    """Refuse a change of the major version, which needs a new environment."""
    if _numbers(old)[0] != _numbers(new)[0]:
        raise invalid(
            f"Airflow version {old} cannot be changed to {new} in place: the major version "
            "differs, so it takes a new environment"
        )


def check_counts(environment: Mapping[str, Any]) -> None:
    """Refuse an unknown class, and counts outside the limits of the class."""
    name = environment["EnvironmentClass"]
    if name not in ENVIRONMENT_CLASSES:
        raise invalid(
            f"Environment class {name} is not supported. "
            f"Supported classes: {', '.join(ENVIRONMENT_CLASSES)}"
        )
    for field, what in (
        ("Schedulers", "scheduler"),
        ("MinWebservers", "web server"),
        ("MaxWebservers", "web server"),
    ):
        count = environment[field]
        if name == _MICRO and count != 1:
            raise invalid(f"The {what} count for environment class {name} must be 1.")
        if name != _MICRO and not _FEWEST <= count <= _MOST:
            raise invalid(
                f"The {what} count for environment class {name} must be between "
                f"{_FEWEST} and {_MOST}."
            )
    fewest, most = environment["MinWorkers"], environment["MaxWorkers"]
    if name == _MICRO and (fewest, most) != (1, 1):
        raise invalid(f"The worker count for environment class {name} must be 1.")
    if fewest > most:
        raise invalid(f"MinWorkers ({fewest}) must not be more than MaxWorkers ({most}).")
    if most > WORKER_QUOTA:
        raise invalid(f"MaxWorkers ({most}) is more than the quota of {WORKER_QUOTA} workers.")
    if environment["MinWebservers"] > environment["MaxWebservers"]:
        raise invalid("MinWebservers must not be more than MaxWebservers.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
