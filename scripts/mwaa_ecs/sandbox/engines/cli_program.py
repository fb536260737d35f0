"""Runs commands of the program `docker` or `podman`."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from mwaa_ecs.processes import Programs

QUICK_SECONDS = 60
"""Limit of commands that neither pull, build nor wait."""


class CliProgram:
    """The engine's program with the flags that it needs on this machine."""

    def __init__(self, program: str, flags: Sequence[str] = ()) -> None:
        self.prefix = (program, *flags)
        self.processes = Programs()

    def run(
        self,
        *arguments: str,
        timeout: float | None = QUICK_SECONDS,
        env: Mapping[str, str] | None = None,
        given: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end.

        Args:
            arguments: The command's arguments after the engine's flags.
            timeout: Limit in seconds; None for no limit.
            env: The whole environment. Default: that of this process.
            given: The command's stdin.

        Raises:
            subprocess.TimeoutExpired: The command takes too long.
            OSError: The program cannot be run.
        """
        argv = [*self.prefix, *arguments]
        return self.processes.run(argv, timeout=timeout, env=env, given=given)
