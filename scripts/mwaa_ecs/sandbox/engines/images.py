"""Image names, and sources of images that no registry has."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.processes import Programs
from mwaa_ecs.sandbox.engines.base import ImageUnavailableError

_PREPARE_SECONDS = 300
_CONTAINERFILES = ("Containerfile", "Dockerfile")


@dataclass(frozen=True)
class ImageSource:
    """Ways to get an image that no registry has.

    Attributes:
        build: a folder with a Containerfile or Dockerfile, for an image that is not local and
            cannot be pulled.
        prepare: a command to run in a copy of that folder before the build, for example a
            compiler.
        stand_in: a command to run as a local process in place of the container. The
            container's entry point and command are its last arguments.
    """

    build: Path | None = None
    prepare: Sequence[str] | None = None
    stand_in: Sequence[str] | None = None


def full_name(image: str) -> str:
    """Return an image name with registry and tag: `docker.io/library/hello-world:latest`.

    As in ECS, a name without a registry is on Docker Hub.
    """
    head, _, rest = image.partition("/")
    if not rest:
        image = f"docker.io/library/{image}"
    elif not ("." in head or ":" in head or head == "localhost"):
        image = f"docker.io/{image}"
    elif head in {"docker.io", "index.docker.io"} and "/" not in rest:
        image = f"docker.io/library/{rest}"
    elif head == "index.docker.io":
        image = f"docker.io/{rest}"
    last = image.rpartition("/")[2]
    return image if ":" in last or "@" in last else f"{image}:latest"


def by_full_name(images: Mapping[str, ImageSource] | None) -> dict[str, ImageSource]:
    """Return the sources by full name, so that each short form of a name finds its source."""
    return {full_name(name): source for name, source in (images or {}).items()}


def prepare_context(
    source: ImageSource, scratch: Path, processes: Programs
) -> tuple[Path, Path]:
    """Copy the build folder and run `prepare` in the copy.

    Args:
        source: the image's source.
        scratch: the folder for the copy.
        processes: runs `prepare`.

    Returns:
        The copy and its Containerfile.

    Raises:
        ImageUnavailableError: a step fails; the message names it.
    """
    if source.build is None:
        raise ImageUnavailableError("the image has no build folder")
    if not source.build.is_dir():
        raise ImageUnavailableError(f"its build folder {source.build} is not a folder")
    context = scratch / "context"
    shutil.copytree(source.build, context)
    if source.prepare:
        _run_prepare(source.prepare, context, processes)
    for name in _CONTAINERFILES:
        if (context / name).is_file():
            return context, context / name
    raise ImageUnavailableError(
        f"its build folder {source.build} has no {' or '.join(_CONTAINERFILES)}"
    )


def _run_prepare(argv: Sequence[str], folder: Path, processes: Programs) -> None:
    try:
        done = processes.run(argv, cwd=folder, timeout=_PREPARE_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ImageUnavailableError(f"preparing its build failed: {error}") from error
    if done.returncode:
        raise ImageUnavailableError(
            f"preparing its build failed: {' '.join(argv)} ended with {done.returncode}: "
            f"{last_line(done.stderr or done.stdout)}"
        )


def last_line(text: str) -> str:
    """Return the last line that is not blank, where programs print the reason."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing"
