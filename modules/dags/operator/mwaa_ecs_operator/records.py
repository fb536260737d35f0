"""`docker.types` as plain records: MWAA has no docker package without its provider.

Each is a dict with the keys of Docker's API, as in docker-py, so that
`from docker.types import Mount` becomes `from mwaa_ecs_operator import Mount` and nothing else
changes. With `MWAA_ECS_RUN=docker` the DAG runs on a laptop, and these are docker-py's own.
"""

from __future__ import annotations

import os
from typing import Any

RUN_VARIABLE = "MWAA_ECS_RUN"
"""Environment variable; `docker` hands DAGs over to the real DockerOperator."""


def runs_docker() -> bool:
    """Tell whether DAGs are to run on a Docker host."""
    return os.environ.get(RUN_VARIABLE) == "docker"


if runs_docker():
    try:
        from docker.types import DeviceRequest, DriverConfig, LogConfig, Mount, Ulimit
    except ImportError as error:
        raise ImportError(
            f"{RUN_VARIABLE} is 'docker', and Airflow's docker provider is not installed here."
            f" Run pip install apache-airflow-providers-docker, or unset {RUN_VARIABLE} to run"
            " on ECS"
        ) from error
else:

    class Mount(dict):  # type: ignore[no-redef,type-arg]
        """A mount: where in the container, and what."""

        def __init__(
            self,
            target: str,
            source: str | None,
            type: str = "volume",  # noqa: A002 - docker-py's name
            read_only: bool = False,
            consistency: str | None = None,
            **options: Any,
        ) -> None:
            super().__init__(Target=target, Source=source, Type=type, ReadOnly=read_only)
            if consistency:
                self["Consistency"] = consistency
            given = {name: value for name, value in options.items() if value}
            if given:
                self["Options"] = given

    class _Named(dict):  # type: ignore[type-arg]
        """A record whose keys are its arguments, capitalised as Docker's API has them."""

        def __init__(self, **values: Any) -> None:
            super().__init__(
                {
                    "".join(part.capitalize() for part in name.split("_")): value
                    for name, value in values.items()
                }
            )

    class Ulimit(_Named):  # type: ignore[no-redef]
        """A limit: name, soft, hard."""

    class DeviceRequest(_Named):  # type: ignore[no-redef]
        """A request for devices such as GPUs."""

    class DriverConfig(_Named):  # type: ignore[no-redef]
        """A volume driver: name, options."""

        def __init__(self, name: str, options: dict[str, str] | None = None) -> None:
            super().__init__(name=name, options=options or {})

    class LogConfig(_Named):  # type: ignore[no-redef]
        """A log driver: type, config."""


__all__ = ["DeviceRequest", "DriverConfig", "LogConfig", "Mount", "Ulimit"]
