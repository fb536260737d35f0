"""Finds Docker."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping

from mwaa_ecs.sandbox.engines.cli_engine import CliEngine
from mwaa_ecs.sandbox.engines.cli_program import CliProgram
from mwaa_ecs.sandbox.engines.images import ImageSource, last_line

_INFO_SECONDS = 20


class DockerEngine(CliEngine):
    """Runs containers through Docker's command line."""

    name = "docker"


def find_docker(images: Mapping[str, ImageSource] | None) -> DockerEngine | str:
    """Return the engine, or the reason why Docker cannot be used."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    cli = CliProgram("docker")
    try:
        info = cli.run("info", "--format", "{{json .}}", timeout=_INFO_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return f"no Docker daemon answers within {_INFO_SECONDS} s"
    try:
        facts = json.loads(info.stdout)
    except ValueError:
        facts = {}
    if info.returncode or not facts.get("ServerVersion"):
        errors = facts.get("ServerErrors") or [last_line(info.stderr)]
        reason = last_line(str(errors[0])).removesuffix(" Is the docker daemon running?")
        return f"no Docker daemon answers ({reason.rstrip('.')})"
    if facts.get("OSType") != "linux":
        return f"Docker runs {facts.get('OSType')} containers; ECS Fargate's are Linux"
    desktop = "Desktop" in str(facts.get("OperatingSystem", ""))
    # Docker Desktop's containers run in a virtual machine with a loopback of its own.
    engine = DockerEngine(
        cli,
        version=str(facts["ServerVersion"]),
        images=images,
        run_flags=() if desktop else ("--network=host",),
    )
    if desktop:
        engine.loopback = "host.docker.internal"
    return engine
