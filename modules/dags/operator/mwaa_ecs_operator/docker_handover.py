"""DockerOperator with MWAA_ECS_RUN=docker: Airflow's own, so that a DAG runs on a laptop."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import Any

from airflow.providers.docker.operators.docker import DockerOperator as _AirflowsDockerOperator

from mwaa_ecs_operator.docker_operator import DockerOperator as _OnEcs
from mwaa_ecs_operator.ecs_operator import EcsTaskOperator
from mwaa_ecs_operator.records import Mount


def _arguments(operator: type) -> dict[str, Parameter]:
    """Return the arguments that an operator itself spells out, by name."""
    return {
        name: parameter
        for name, parameter in signature(operator.__init__).parameters.items()  # type: ignore[misc]
        if name != "self" and parameter.kind is not Parameter.VAR_KEYWORD
    }


_AIRFLOWS = {
    name for parent in _AirflowsDockerOperator.__mro__[:-1] for name in _arguments(parent)
}
_ONLY_OURS = {
    name: parameter.replace(kind=Parameter.KEYWORD_ONLY, default=None)
    for operator in (EcsTaskOperator, _OnEcs)
    for name, parameter in _arguments(operator).items()
    if name not in _AIRFLOWS
}
_RENAMED = {"xcom_push": "do_xcom_push", "skip_exit_code": "skip_on_exit_code"}


def _mount(volume: str) -> Mount:
    source, target, *mode = volume.split(":")
    return Mount(target, source, type="bind", read_only="ro" in mode)


class DockerOperator(_AirflowsDockerOperator):  # type: ignore[misc]
    """Airflow's own DockerOperator, without the arguments that only ECS knows.

    Old names of arguments become the present ones, as on ECS.
    """

    def __init__(self, **kwargs: Any) -> None:
        ours = {name: kwargs.pop(name) for name in _ONLY_OURS if name in kwargs}
        if ours.get("volumes"):
            kwargs["mounts"] = [
                *(kwargs.get("mounts") or []),
                *(_mount(volume) for volume in ours["volumes"]),
            ]
        for old, new in _RENAMED.items():
            if ours.get(old) is not None:
                kwargs.setdefault(new, ours[old])
        super().__init__(**kwargs)

    # Airflow reads the names of arguments here: for default_args, and to check partial().
    __init__.__signature__ = signature(__init__).replace(  # type: ignore[attr-defined]
        parameters=[
            Parameter("self", Parameter.POSITIONAL_OR_KEYWORD),
            *_ONLY_OURS.values(),
            Parameter("kwargs", Parameter.VAR_KEYWORD),
        ]
    )
