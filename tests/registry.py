"""A module registry on loopback, that serves this repository as a consumer gets it.

Terraform asks it by the registry's protocol, in place of registry.terraform.io. Providers come
from where they come otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from mwaa_ecs.distribution import own_version, registry_source, repository
from published_repository import publish, tag

_CONFIG_VARIABLE = "TF_CLI_CONFIG_FILE"
_HOST = """
host "registry.terraform.io" {{
  services = {{
    "modules.v1"   = "{address}/v1/modules/"
    "providers.v1" = "https://registry.terraform.io/v1/providers/"
  }}
}}
"""


@contextmanager
def registry(work: Path) -> Iterator[dict[str, str]]:
    """Publish this repository; yield the variables with which Terraform finds it.

    The sources of a registry then lead to the archive of the tag, and those on GitHub to a
    repository on this disk.

    Args:
        work: an empty folder.
    """
    published = work / "published"
    publish(published)
    archive = work / "archive.tar.gz"
    subprocess.run(
        ["git", "archive", "--output", str(archive), tag()],
        cwd=published,
        check=True,
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, archive.read_bytes()))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        config = work / "terraformrc"
        own = os.environ.get(_CONFIG_VARIABLE, Path.home() / ".terraformrc")
        others = Path(own).read_text() if Path(own).is_file() else ""
        host = _HOST.format(address=f"http://127.0.0.1:{server.server_port}")
        config.write_text(others + host)
        yield {
            _CONFIG_VARIABLE: str(config),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.file://{published}.insteadOf",
            "GIT_CONFIG_VALUE_0": f"{repository()}.git",
        }
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """The two calls of the protocol, and the archive."""

    def __init__(self, archive: bytes, *arguments: object) -> None:
        self._archive = archive
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer Terraform."""
        module = f"/v1/modules/{registry_source()}"
        path = self.path.partition("?")[0]
        if path == f"{module}/versions":
            versions = [{"version": own_version()}]
            self._answer(200, json.dumps({"modules": [{"versions": versions}]}).encode())
        elif path == f"{module}/{own_version()}/download":
            self._answer(204, b"", ("X-Terraform-Get", "/archive.tar.gz"))
        elif path == "/archive.tar.gz":
            self._answer(200, self._archive)
        else:
            self._answer(404, b"{}")

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
