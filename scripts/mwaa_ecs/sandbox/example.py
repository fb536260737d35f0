"""What the sandbox must know of a folder of Terraform: its `sandbox.yaml` and its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import read_variables
from mwaa_ecs.hcl.files import terraform_files
from mwaa_ecs.problems import Problems
from mwaa_ecs.sandbox.engines import ImageSource
from mwaa_ecs.strict_yaml import read_document

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
    if not terraform_files(folder):
        raise UserError(f"EXAMPLE: {str(folder)!r} holds no *.tf file: nothing to apply")
    folder = folder.resolve()
    settings = _read_settings(folder / SETTINGS_FILE)
    return Example(
        folder=folder,
        dags=tuple(settings.dags),
        images=_image_sources(folder, settings),
        variables=frozenset(read_variables(folder)),
    )


def load_images(path: Path) -> Mapping[str, ImageSource]:
    """Read only the images of a `sandbox.yaml`.

    Raises:
        UserError: there is no such file, or it is wrong.
    """
    if not path.is_file():
        raise UserError(f"--images: there is no file {str(path)!r}; name a {SETTINGS_FILE}")
    return _image_sources(path.resolve().parent, _read_settings(path))


def _nearby(folder: Path) -> str:
    """Return a hint that lists the folders of Terraform beside `folder`."""
    parent = folder.parent
    folders = sorted(path for path in parent.glob("*") if path.is_dir())
    others = [path.name for path in folders if terraform_files(path)]
    return f"; in {str(parent)!r} there are {', '.join(others)}" if others else ""


def _read_settings(path: Path) -> _Settings:
    if not path.exists() and not path.is_symlink():
        return _Settings()
    problems = Problems()
    document = read_document(path, problems.add)
    problems.stop()
    try:
        return _Settings.model_validate(document.plain() if document is not None else {})
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
