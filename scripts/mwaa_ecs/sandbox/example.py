"""What the sandbox must know of a folder of Terraform: its `sandbox.yaml`, and a copy of it.

A run never writes into the user's folder: it works on a copy, with the local modules that the
configuration refers to beside it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.engines import ImageSource

SETTINGS_FILE = "sandbox.yaml"


class _Image(BaseModel):
    model_config = ConfigDict(extra="forbid")

    build: str | None = None
    prepare: list[str] | None = None
    stand_in: list[str] | None = None


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dags: list[str] = Field(default_factory=list)
    images: dict[str, _Image] = Field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """A folder of Terraform that the sandbox can run.

    Attributes:
        folder: the user's folder.
        dags: ids of the DAGs to run once it is applied.
        images: how to have an image where it cannot be pulled, by reference.
        variables: the input variables that its configuration declares.
    """

    folder: Path
    dags: tuple[str, ...]
    images: Mapping[str, ImageSource]
    variables: frozenset[str]


def load_example(folder: Path) -> Example:
    """Read `folder`.

    Raises:
        UserError: it is no folder, it holds no Terraform, or its `sandbox.yaml` is wrong.
    """
    if not folder.exists():
        raise UserError(f"EXAMPLE: there is no folder {str(folder)!r}{_nearby(folder)}")
    if not folder.is_dir():
        raise UserError(f"EXAMPLE: {str(folder)!r} is a file; name the folder it lies in")
    if not any(folder.glob("*.tf")):
        raise UserError(f"EXAMPLE: {str(folder)!r} holds no *.tf file: nothing to apply")
    folder = folder.resolve()
    settings = _read_settings(folder / SETTINGS_FILE)
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tf")))
    return Example(
        folder=folder,
        dags=tuple(settings.dags),
        images=_image_sources(folder, settings),
        variables=frozenset(re.findall(r'^\s*variable\s+"([^"]+)"', text, re.M)),
    )


def load_images(path: Path) -> Mapping[str, ImageSource]:
    """Read only the images of a `sandbox.yaml`.

    Raises:
        UserError: there is no such file, or it is wrong.
    """
    if not path.is_file():
        raise UserError(f"--images: there is no file {str(path)!r}; name a {SETTINGS_FILE}")
    return _image_sources(path.resolve().parent, _read_settings(path))


def copy_configuration(folder: Path, target: Path) -> Path:
    """Copy `folder` and the local modules it refers to below `target`; return its copy.

    Relative sources keep working, because each folder keeps its place under their common one.
    Hidden folders, state and Terraform's own files stay behind.

    Raises:
        UserError: a local module that the configuration names is not there.
    """
    folders = sorted(_local_modules(folder))
    top = Path(os.path.commonpath(folders))
    copied: list[Path] = []
    for current in folders:
        # Sorted, so a folder comes before those inside it, which went along with it.
        if not any(current.is_relative_to(done) for done in copied):
            place = target / current.relative_to(top)
            shutil.copytree(current, place, ignore=_ignored, symlinks=True, dirs_exist_ok=True)
            copied.append(current)
    return target / folder.resolve().relative_to(top)


def _ignored(_: str, names: list[str]) -> set[str]:
    skip = ("__pycache__", "node_modules", "crash.log")
    return {
        name
        for name in names
        # Of what is hidden, Airflow reads this one.
        if (name.startswith(".") and name != ".airflowignore")
        or name in skip
        or ".tfstate" in name
        or name.endswith(".tfplan")
    }


def _local_modules(folder: Path) -> list[Path]:
    """Return `folder` and every local module that it refers to, whatever the depth."""
    found: list[Path] = []
    waiting = [folder.resolve()]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.append(current)
        for path in sorted(current.glob("*.tf")):
            text = path.read_text(encoding="utf-8")
            for source in re.findall(r'^\s*source\s*=\s*"(\.\.?(?:/[^"]*)?)"', text, re.M):
                module = (current / source).resolve()
                if not module.is_dir():
                    raise UserError(
                        f"{path.name}: module source {source!r} leads to {module}, "
                        "which is no folder"
                    )
                waiting.append(module)
    return found


def _nearby(folder: Path) -> str:
    """Return a hint that lists the folders of Terraform beside `folder`."""
    parent = folder.parent
    others = (
        sorted({path.parent.name for path in parent.glob("*/*.tf")}) if parent.is_dir() else []
    )
    return f"; in {str(parent)!r} there are {', '.join(others)}" if others else ""


def _read_settings(path: Path) -> _Settings:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _Settings()
    try:
        return _Settings.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise UserError(f"{path}: this is no YAML: {error}") from None
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'the file'}: {item['msg']}"
            for item in error.errors()
        )
        legal = ", ".join(_Settings.model_fields)
        raise UserError(f"{path}: {wrong}. Legal at the top are {legal}") from None


def _image_sources(folder: Path, settings: _Settings) -> dict[str, ImageSource]:
    return {
        reference: _image_source(folder, reference, image)
        for reference, image in settings.images.items()
    }


def _image_source(folder: Path, reference: str, image: _Image) -> ImageSource:
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
