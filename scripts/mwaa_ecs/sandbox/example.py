"""Reads a folder of Terraform for the sandbox: its `sandbox.yaml` and its variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import read_variables
from mwaa_ecs.hcl.files import terraform_files
from mwaa_ecs.sandbox.engines import ImageSource
from mwaa_ecs.sandbox.faults import Fault
from mwaa_ecs.sandbox.settings import (
    SETTINGS_FILE,
    ImageSettings,
    Settings,
    read_settings,
)


@dataclass(frozen=True)
class ExampleDag:
    """A DAG to run, and the configuration of its run."""

    id: str
    conf: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DagSettings:
    """Settings that an MWAA environment gives its DAGs, beside their files.

    Attributes:
        environment: environment variables.
        requirements: lines of a requirements.txt.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """A folder of Terraform that the sandbox can run.

    Attributes:
        folder: the user's folder.
        dags: the DAGs to run once it is applied.
        images: how to have an image where it cannot be pulled, by reference.
        variables: the input variables that its configuration declares.
        values: what `sandbox.yaml` gives some of them.
        dag_settings: what `sandbox.yaml` gives its DAGs.
        has_settings: whether there is a `sandbox.yaml`.
        faults: faults to inject.
    """

    folder: Path
    dags: tuple[ExampleDag, ...]
    images: Mapping[str, ImageSource]
    variables: frozenset[str]
    values: Mapping[str, Any] = field(default_factory=dict)
    dag_settings: DagSettings = field(default_factory=DagSettings)
    has_settings: bool = True
    faults: tuple[Fault, ...] = ()

    @property
    def without_dags(self) -> str:
        """Why no DAG is run; empty where one is."""
        if self.dags:
            return ""
        why = "names no DAG" if self.has_settings else "does not exist"
        return f"{SETTINGS_FILE} {why}; name the DAGs to run there: dags: [my_dag]"


def load_example(folder: Path) -> Example:
    """Read `folder`.

    Raises:
        UserError: it is not a folder, it holds no Terraform, or its `sandbox.yaml` is wrong.
    """
    if not folder.exists():
        raise UserError(f"EXAMPLE: there is no folder {str(folder)!r}{_nearby(folder)}")
    if not folder.is_dir():
        raise UserError(f"EXAMPLE: {str(folder)!r} is a file; name the folder it lies in")
    if not terraform_files(folder):
        raise UserError(f"EXAMPLE: {str(folder)!r} holds no *.tf file: nothing to apply")
    folder = folder.resolve()
    file = folder / SETTINGS_FILE
    settings = read_settings(file)
    return Example(
        folder=folder,
        dags=tuple(ExampleDag(dag.id, dag.conf) for dag in settings.dags),
        images=_image_sources(folder, settings),
        variables=frozenset(read_variables(folder)),
        values=settings.variables,
        dag_settings=_dag_settings(settings),
        has_settings=file.exists(),
        faults=tuple(settings.faults),
    )


def load_images(path: Path) -> Mapping[str, ImageSource]:
    """Read only the images of a `sandbox.yaml`.

    Raises:
        UserError: there is no such file, or it is wrong.
    """
    if not path.is_file():
        raise UserError(f"--images: there is no file {str(path)!r}; name a {SETTINGS_FILE}")
    return _image_sources(path.resolve().parent, read_settings(path))


def load_faults(path: Path) -> tuple[Fault, ...]:
    """Read only the faults of a `sandbox.yaml`.

    Raises:
        UserError: there is no such file, or it is wrong.
    """
    if not path.is_file():
        raise UserError(f"--faults: there is no file {str(path)!r}; name a {SETTINGS_FILE}")
    return tuple(read_settings(path).faults)


def _nearby(folder: Path) -> str:
    """Return a hint that lists the folders of Terraform beside `folder`."""
    parent = folder.parent
    folders = sorted(path for path in parent.glob("*") if path.is_dir())
    others = [path.name for path in folders if terraform_files(path)]
    return f"; in {str(parent)!r} there are {', '.join(others)}" if others else ""


def _dag_settings(settings: Settings) -> DagSettings:
    """Return variables and connections as Airflow takes them from the environment."""
    given = {
        **{f"AIRFLOW_VAR_{name}": value for name, value in settings.airflow_variables.items()},
        **{f"AIRFLOW_CONN_{name}": value for name, value in settings.connections.items()},
    }
    return DagSettings(
        {
            **{name.upper(): _text(value) for name, value in given.items()},
            **settings.environment,
        },
        tuple(settings.requirements),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _image_sources(folder: Path, settings: Settings) -> dict[str, ImageSource]:
    return {
        reference: _image_source(folder, reference, image)
        for reference, image in settings.images.items()
    }


def _image_source(folder: Path, reference: str, image: ImageSettings) -> ImageSource:
    build = None
    if image.build is not None:
        build = folder / image.build
        if not build.is_dir():
            raise UserError(
                f"{SETTINGS_FILE}: images.{reference}.build: there is no folder {image.build!r}"
            )
    stand_in = image.stand_in
    if stand_in is not None:
        # A word that starts with ./ is a file of the example's.
        stand_in = [str(folder / word) if word.startswith("./") else word for word in stand_in]
    return ImageSource(build=build, prepare=image.prepare, stand_in=stand_in)
