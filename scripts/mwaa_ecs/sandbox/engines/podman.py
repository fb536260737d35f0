"""Finds Podman and the flags with which it can run a container.

`podman info` answers even on machines where no container starts, for example inside a container
or with mixed cgroups. So a probe runs a small container, made of an empty image and this
machine's /usr: first without flags, then with more and more of them. The first set that works
is used.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import tarfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.sandbox.engines.cli_engine import OWNER, CliEngine
from mwaa_ecs.sandbox.engines.cli_program import CliProgram
from mwaa_ecs.sandbox.engines.images import ImageSource, last_line
from mwaa_ecs.sandbox.leftovers.folders import OwnedFolder

_INFO_SECONDS = 20
_PROBE_SECONDS = 60
_PROBE_CODE = 7
_SYSTEM_FOLDERS = ("/usr", "/bin", "/lib", "/lib64", "/sbin")


@dataclass(frozen=True)
class _Flags:
    """Podman's flags.

    Attributes:
        general: flags before the command.
        run: flags of `create`.
        build: flags of `build`.
    """

    general: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    build: tuple[str, ...] = ()


class PodmanEngine(CliEngine):
    """Runs containers through Podman's command line."""

    name = "podman"


def find_podman(images: Mapping[str, ImageSource] | None) -> PodmanEngine | str:
    """Return the engine, or the reason why Podman cannot be used."""
    if shutil.which("podman") is None:
        return "podman is not installed"
    try:
        info = CliProgram("podman").run("info", "--format", "json", timeout=_INFO_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return f"podman does not answer within {_INFO_SECONDS} s"
    try:
        facts = json.loads(info.stdout)
    except ValueError:
        return f"podman does not answer: {last_line(info.stderr)}"
    version = str(facts.get("version", {}).get("Version", ""))
    if facts.get("host", {}).get("serviceIsRemote"):
        # Podman's virtual machine (macOS, Windows) lacks the folders for a probe.
        engine = PodmanEngine(CliProgram("podman"), version=version, images=images)
        engine.loopback = "host.containers.internal"
        return engine
    reason = ""
    for flags in _flag_sets():
        failure = _probe(flags)
        if failure is None:
            return PodmanEngine(
                CliProgram("podman", flags.general),
                version=version,
                images=images,
                run_flags=("--network=host", *flags.run),
                build_flags=("--layers=false", *flags.build),
            )
        reason = reason or failure
    return f"podman is installed but cannot run a container: {reason}"


def _flag_sets() -> Iterator[_Flags]:
    # Podman sets a container's limits to its own, which fails inside a container.
    limits = tuple(
        f"--ulimit={name}={limit}:{limit}"
        for name, limit in (
            ("nofile", _at_most(resource.RLIMIT_NOFILE, 1 << 20)),
            ("nproc", _at_most(resource.RLIMIT_NPROC, 1 << 15)),
        )
    )
    host = ("--isolation=chroot", "--network=host")
    yield _Flags()
    yield _Flags(run=limits, build=host)
    low = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")
    general: tuple[str, ...] = ("--cgroup-manager=cgroupfs", "--events-backend=file")
    yield _Flags(general=general, run=low, build=host)
    if shutil.which("runc"):
        general = (*general, "--runtime=runc")
        yield _Flags(general=general, run=low, build=host)
    yield _Flags(general=(*general, "--storage-driver=vfs"), run=low, build=host)


def _at_most(limit: int, most: int) -> int:
    hard = resource.getrlimit(limit)[1]
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


def _probe(flags: _Flags) -> str | None:
    """Run a container with these flags; return None if it ran, else the reason."""
    cli = CliProgram("podman", flags.general)
    image = f"localhost/mwaa-ecs-sandbox/probe:{uuid.uuid4().hex[:12]}"
    mounts: list[str] = []
    for folder in _SYSTEM_FOLDERS:
        if Path(folder).exists():
            mounts += ["--volume", f"{folder}:{folder}:ro"]
    scratch = OwnedFolder()
    archive = scratch.path / "empty.tar"
    with tarfile.open(archive, "w"):
        pass
    mark = f'LABEL {OWNER}="{scratch.label}"'
    try:
        done = cli.run(
            *("import", "--quiet", "--change", mark, str(archive), image),
            timeout=_PROBE_SECONDS,
        )
        if done.returncode:
            return last_line(done.stderr)
        return _run_probe(cli, image, ("--network=host", *flags.run, *mounts))
    except subprocess.TimeoutExpired as error:
        return f"no answer within {error.timeout:.0f} s"
    finally:
        cli.run("rmi", "--force", image)
        scratch.remove()


def _run_probe(cli: CliProgram, image: str, flags: Sequence[str]) -> str | None:
    limits = ("--memory=64m", "--cpus=0.5")
    done = cli.run(
        *("run", "--rm", *limits, *flags, image),
        *("/bin/sh", "-c", f"exit {_PROBE_CODE}"),
        timeout=_PROBE_SECONDS,
    )
    return None if done.returncode == _PROBE_CODE else last_line(done.stderr)
