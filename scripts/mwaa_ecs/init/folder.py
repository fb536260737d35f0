"""Writes the files of a new folder: all of them, or none."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.distribution import registry_source
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.files import make_folder, write_whole
from mwaa_ecs.init.contents import Contents
from mwaa_ecs.init.mwaa import MwaaEnvironment

_TASK = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}")
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Wanted:
    """The request for a new folder.

    Attributes:
        folder: where it is; it may exist.
        image: image of its first task.
        task: name of the task; "" for the image's own name.
        source: source address of the module; "" for the checkout that this runs from, else the
            module in the registry.
        environments: whether values are YAML of environments instead of terraform.tfvars.
    """

    folder: Path
    image: str
    task: str = ""
    source: str = ""
    environments: bool = False


@dataclass(frozen=True)
class Begun:
    """The files that were written.

    Attributes:
        files: paths in the folder.
        task: name of the task and of the DAG.
        from_checkout: whether the module's source is a folder of this machine.
    """

    files: tuple[str, ...]
    task: str
    from_checkout: bool


def begin(wanted: Wanted, mwaa: MwaaEnvironment) -> Begun:
    """Write the files of a new folder.

    Raises:
        UserError: a file exists already, or a value is not accepted. Nothing is written.
        OperationError: a file cannot be written. Those written before it are removed.
    """
    if not _IMAGE.fullmatch(wanted.image):
        raise UserError(
            f"--image {wanted.image!r}: it must be an image as docker pull takes it, for "
            "example 123456789012.dkr.ecr.eu-west-1.amazonaws.com/etl:1.4"
        )
    task = wanted.task or task_of(wanted.image)
    if not _TASK.fullmatch(task):
        raise UserError(
            f"--task {task!r}: it must be lower-case letters, digits and hyphens, at most 63, "
            "for example nightly-load"
        )
    source, dags_source, from_checkout = _sources(wanted)
    contents = Contents(mwaa, task, wanted.image, source, dags_source, wanted.environments)
    files = contents.files()
    taken = [name for name in files if (wanted.folder / name).exists()]
    if taken:
        raise UserError(
            f"DIR {str(wanted.folder)!r}: {', '.join(taken)} exist already, and nothing is "
            "overwritten; name another folder"
        )
    _write(wanted.folder, files)
    return Begun(tuple(files), task, from_checkout)


def task_of(image: str) -> str:
    """Return a task's name after an image: `x.dkr.ecr…/team/My_ETL:1.4` is `my-etl`."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-")[:63].rstrip("-") or "task"


def _sources(wanted: Wanted) -> tuple[str, str, bool]:
    if not wanted.source and (_ROOT / "modules" / "task-definition").is_dir():
        relative = os.path.relpath(_ROOT, wanted.folder.resolve())
        relative = relative if relative.startswith("..") else f"./{relative}"
        return relative, f"{relative}/modules/dags", True
    source = wanted.source or registry_source()
    address, question, query = source.partition("?")
    below = "/modules/dags" if "//" in address.rpartition("://")[2] else "//modules/dags"
    local = source.startswith(("./", "../"))
    inside = f"{address.rstrip('/')}/modules/dags" if local else f"{address}{below}"
    return source, f"{inside}{question}{query}", local


def _write(folder: Path, files: dict[str, str]) -> None:
    written: list[Path] = []
    try:
        for name, text in files.items():
            path = folder / name
            make_folder(path.parent)
            write_whole(path, text)
            written.append(path)
    except (OperationError, UserError):
        for path in written:
            path.unlink(missing_ok=True)
        raise
