"""Reads a `sandbox.yaml`: which DAGs to run, with which settings, and how to build images."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from mwaa_ecs.errors import UserError
from mwaa_ecs.problems import Problems, suggestion
from mwaa_ecs.sandbox.faults import Fault
from mwaa_ecs.strict_yaml import read_document

SETTINGS_FILE = "sandbox.yaml"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MUST_BE = {
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "string_type": "a string; put it in quotes",
    "missing": "given",
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ImageSettings(_Model):
    """How to have an image where it cannot be pulled."""

    build: str | None = None
    prepare: list[str] | None = None
    stand_in: list[str] | None = None


class DagSettings(_Model):
    """A DAG to run. `conf`: the configuration of its run."""

    id: str
    conf: dict[str, Any] = Field(default_factory=dict)


def _as_dag(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


def _check_names(given: dict[str, str]) -> dict[str, str]:
    for name in given:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a name of an environment variable")
        if name.startswith("AWS_"):
            raise ValueError(f"{name!r} is set by the sandbox; leave it out")
    return given


def _check_connections(given: dict[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if not isinstance(value, str | dict):
            raise ValueError(f"{name!r} must be a URI or a mapping with conn_type, host, ...")
    return given


class Settings(_Model):
    """A whole `sandbox.yaml`.

    Attributes:
        dags: the DAGs to run, in order.
        images: how to have an image where it cannot be pulled, by reference.
        variables: values of the configuration's input variables.
        environment: environment variables of Airflow.
        airflow_variables: Airflow's variables; what is not a string is kept as JSON.
        connections: Airflow's connections, as a URI or as the fields of Airflow's JSON form.
        requirements: lines of a requirements.txt.
        faults: faults to inject.
    """

    dags: list[Annotated[DagSettings, BeforeValidator(_as_dag)]] = Field(default_factory=list)
    images: dict[str, ImageSettings] = Field(default_factory=dict)
    variables: dict[str, Any] = Field(default_factory=dict)
    environment: Annotated[dict[str, str], AfterValidator(_check_names)] = Field(
        default_factory=dict
    )
    airflow_variables: dict[str, Any] = Field(default_factory=dict)
    connections: Annotated[dict[str, Any], AfterValidator(_check_connections)] = Field(
        default_factory=dict
    )
    requirements: list[str] = Field(default_factory=list)
    faults: list[Fault] = Field(default_factory=list)


def read_settings(path: Path) -> Settings:
    """Read a `sandbox.yaml`; one that does not exist is an empty one.

    Raises:
        UserError: it is wrong.
    """
    if not path.exists() and not path.is_symlink():
        return Settings()
    problems = Problems()
    document = read_document(path, problems.add)
    problems.stop()
    try:
        return Settings.model_validate(document.plain() if document is not None else {})
    except ValidationError as error:
        wrong = [_message(item) for item in error.errors()]
        raise UserError("\n".join(f"{path}: {text}" for text in wrong)) from None


def _message(problem: Mapping[str, Any]) -> str:
    place, kind = problem["loc"], problem["type"]
    at = ".".join(map(str, place)) or "the file"
    if kind == "extra_forbidden":
        accepted = _fields(place[:-1])
        return f"{at}: unknown key{suggestion(str(place[-1]), accepted, 'accepted keys')}"
    if kind == "value_error":
        return f"{at}: {problem['ctx']['error']}"
    what = _MUST_BE.get(kind)
    if what is None:
        return f"{at}: {problem['msg']}"
    given = "" if kind == "missing" else f" is {problem['input']!r}; it"
    return f"{at}{given} must be {what}"


def _fields(place: tuple[Any, ...]) -> list[str]:
    """Return the fields of the model at a place of the file."""
    model: type[BaseModel] = Settings
    if place:
        kind = Settings.model_fields[str(place[0])].annotation
        model = next(one for one in _models(kind))
    return list(model.model_fields)


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in get_args(kind) for model in _models(part)]
