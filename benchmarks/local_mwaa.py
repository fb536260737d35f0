"""Start time, memory and speed of `mwaa-ecs sandbox up`, without and with each Airflow.

Usage: python benchmarks/local_mwaa.py [VERSION ...] [--saves 5]

Each Airflow must have been installed by a first run. The start is the time from the command to
its link, when every program of Airflow is healthy. Memory is that of the command with every
process below it, ten seconds later. A save is the time from writing a DAG file until Airflow's
REST API, which its page calls, has the new line; the row has the median and the longest.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import memory, processor, tree

VERSIONS = ("2.10.3", "2.11.2", "3.0.6", "3.3.1")
_REST_SECONDS = 10.0
_LINK = re.compile(r"(http://\S+)/aws_mwaa/\S+#(\S+)")
_READY = re.compile(r"export AWS_ENDPOINT_URL=")
_DAG = """from datetime import datetime

from airflow import DAG

dag = DAG("saved", start_date=datetime(2024, 1, 1), schedule=None, description="{text}")
"""


@dataclass(frozen=True)
class _Up:
    process: subprocess.Popen[str]
    seconds: float
    processor: float
    found: re.Match[str]

    def memory(self) -> tuple[int, float]:
        """Return the number of processes, and their memory in MB."""
        time.sleep(_REST_SECONDS)
        found = tree(self.process.pid)
        return len(found), sum(map(memory, found)) / 1024


@contextmanager
def _up(*words: str, until: re.Pattern[str]) -> Iterator[_Up]:
    """Run `mwaa-ecs sandbox up` until its output has a line; end it with the block."""
    start = time.monotonic()
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("mwaa-ecs")),
            *("sandbox", "up", "--engine", "stand-in", *words),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            found = until.search(line)
            if found:
                seconds = time.monotonic() - start
                used = sum(map(processor, tree(process.pid)))
                yield _Up(process, seconds, used, found)
                return
        raise SystemExit(printed)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


class _Page:
    """A browser that has logged in by the link."""

    def __init__(self, url: str, token: str) -> None:
        self._host = urllib.parse.urlsplit(url).netloc
        self._cookies = ""
        answer = self._send("POST", "/aws_mwaa/login", urllib.parse.urlencode({"token": token}))
        cookies = answer.headers.get_all("Set-Cookie") or []
        self._cookies = "; ".join(one.partition(";")[0] for one in cookies)

    def _send(
        self, method: str, path: str, body: str | None = None
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self._host, timeout=60)
        connection.request(method, path, body, {"Cookie": self._cookies})
        return connection.getresponse()

    def description(self, version: str) -> str:
        """Return the description of the DAG; empty if there is none."""
        api = "v1" if version.startswith("2.") else "v2"
        answer = self._send("GET", f"/api/{api}/dags/saved")
        return str(json.loads(answer.read()).get("description") or "")


def measure(version: str, saves: int) -> str:
    """Return a version's row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "saved.py"
        file.write_text(_DAG.format(text="first"))
        with _up("--airflow", version, "--dags", folder, until=_LINK) as up:
            page = _Page(*up.found.groups())
            count, megabytes = up.memory()
            seconds = []
            for number in range(saves + 1):
                text = f"line {number}"
                file.write_text(_DAG.format(text=text))
                start = time.monotonic()
                while page.description(version) != text:
                    time.sleep(0.1)
                seconds.append(time.monotonic() - start)
    # The first save may be of a DAG that was not read yet.
    middle, longest = statistics.median(seconds[1:]), max(seconds[1:])
    return (
        f"| {version} | {up.seconds:.1f} | {up.processor:.1f} | {count} | {megabytes:,.0f} MB |"
        f" {middle:.1f} | {longest:.1f} |"
    )


def main() -> None:
    """Print a row without Airflow, and one for each version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("versions", nargs="*", default=VERSIONS)
    parser.add_argument("--saves", type=int, default=5)
    options = parser.parse_args()
    print("| Airflow | start, s | processor, s | processes | memory | save, s | longest, s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with _up(until=_READY) as up:
        count, megabytes = up.memory()
    print(
        f"| none | {up.seconds:.1f} | {up.processor:.1f} | {count} | {megabytes:,.0f} MB | | |",
        flush=True,
    )
    for version in options.versions:
        print(measure(version, options.saves), flush=True)


if __name__ == "__main__":
    main()
