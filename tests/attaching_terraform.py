"""A `terraform` on PATH that attaches to a running AWS provider: for commands of a user.

Such a command runs in a process of its own. For each folder, endpoint and credentials, its
Terraform asks this process for a provider that is started there: see running_provider.py. Alone
it would start the provider, and read the schemas of all its types, several times.
"""

from __future__ import annotations

import json
import os
import socketserver
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from mwaa_ecs.terraform import find_terraform
from running_provider import VARIABLE, running_provider

_TERRAFORM = """#!{python} -IS
import json, os, socket, sys

attached = {{}}
if sys.argv[1:2] not in (["version"], ["output"]):
    with socket.socket(socket.AF_UNIX) as asked:
        asked.connect({socket!r})
        asked.sendall(json.dumps([os.getcwd(), dict(os.environ)]).encode() + b"\\n")
        attached = json.loads(asked.makefile().readline())
os.execve({terraform!r}, ["terraform", *sys.argv[1:]], {{**os.environ, **attached}})
"""


@contextmanager
def attaching_terraform(program: Path, work: Path) -> Iterator[str]:
    """Yield a PATH whose `terraform` attaches to a provider.

    One provider runs at a time: that of the last folder and caller.

    Args:
        program: see `provider_program`.
        work: an empty folder.
    """
    socket = work / "socket"
    terraform = work / "bin" / "terraform"
    terraform.parent.mkdir()
    terraform.write_text(
        _TERRAFORM.format(
            python=sys.executable, socket=str(socket), terraform=str(find_terraform())
        )
    )
    terraform.chmod(0o755)
    providers = _Providers(program, work)

    class Answer(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            folder, environ = json.loads(self.rfile.readline())
            attached = providers.attachment(Path(folder), environ)
            self.wfile.write(json.dumps({VARIABLE: attached}).encode() + b"\n")

    with socketserver.UnixStreamServer(str(socket), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{terraform.parent}:{os.environ['PATH']}"
        finally:
            server.shutdown()
            thread.join()
            providers.close()


class _Providers:
    """The provider of the last folder and caller."""

    def __init__(self, program: Path, work: Path) -> None:
        self._program = program
        self._work = work
        self._stack = ExitStack()
        self._place: Any = None
        self._attached = ""
        self._started = 0

    def attachment(self, folder: Path, environ: Mapping[str, str]) -> str:
        """Return TF_REATTACH_PROVIDERS for a caller's Terraform."""
        aws = {
            name: value
            for name, value in environ.items()
            if name.startswith("AWS_") or name.upper().endswith("_PROXY")
        }
        if (folder, aws) != self._place:
            self.close()
            self._started += 1
            work = self._work / str(self._started)
            work.mkdir()
            running = running_provider(self._program, work, aws, folder)
            self._attached = self._stack.enter_context(running)
            self._place = (folder, aws)
        return self._attached

    def close(self) -> None:
        """End the provider."""
        self._place = None
        self._stack.close()
