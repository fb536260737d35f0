"""Programs that are run to their end, and can be ended before it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from mwaa_ecs.sandbox.leftovers.processes import watched


class Processes:
    """Runs programs; `interrupt` ends those under way, so that no pull outlives the sandbox."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: set[subprocess.Popen[str]] = set()

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float | None,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        given: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """Run it, whatever it exits with.

        Args:
            given: what it reads on its standard input.

        Raises:
            OSError: it cannot be started.
            TimeoutExpired: it took too long, and was ended.
        """
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            # A Ctrl-C in the terminal is for us: we end things in order.
            start_new_session=True,
        )
        with self._lock:
            self._under_way.add(process)
        with watched(process):
            try:
                out, err = process.communicate(given or None, timeout=timeout)
            except BaseException:
                _kill(process)
                process.communicate()
                raise
            finally:
                with self._lock:
                    self._under_way.discard(process)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def interrupt(self) -> None:
        """SIGKILL to all that is under way, with what it started."""
        with self._lock:
            for process in self._under_way:
                _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
