"""Image names, and where an image comes from when no registry has it."""

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
    """What an example brings along for an image.

    build: a folder with a Containerfile or Dockerfile, built when the image is neither here
        nor can be pulled.
    prepare: a command run in a copy of that folder before the build (a compiler, say).
    stand_in: a command run as a local process in place of the container, with the container's
        entry point and command as its last arguments.
    """

    build: Path | None = None
    prepare: Sequence[str] | None = None
    stand_in: Sequence[str] | None = None


def full_name(image: str) -> str:
    """The name with its registry and tag, `docker.io/library/hello-world:latest` in full.

    Docker Hub is what ECS means, too, by a name without a registry.
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
    """The sources under their full names, so that every way of writing a name finds them."""
    return {full_name(name): source for name, source in (images or {}).items()}


def prepare_context(
    source: ImageSource, scratch: Path, processes: Programs
) -> tuple[Path, Path]:
    """A copy of the build folder with `prepare` run in it, and its Containerfile.

    Raises ImageUnavailableError, saying what failed.
    """
    if source.build is None:
        raise ImageUnavailableError("no folder to build it from is declared")
    if not source.build.is_dir():
        raise ImageUnavailableError(f"{source.build} to build it from is no folder")
    context = scratch / "context"
    shutil.copytree(source.build, context)
    if source.prepare:
        _run_prepare(source.prepare, context, processes)
    for name in _CONTAINERFILES:
        if (context / name).is_file():
            return context, context / name
    raise ImageUnavailableError(f"{source.build} holds no {' or '.join(_CONTAINERFILES)}")


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
    """The last line that says something: command lines put the reason there."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
