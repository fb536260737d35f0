"""Time and peak memory of `mwaa-ecs migrate` over folders of synthetic DAG files.

Usage: python benchmarks/migrate.py [--files 258 1000 3000 10000] [--lines 300]

Files are of one kind in every size of folder: teams of 50 files with a helper module each, and
a subclass and a factory of the whole company that every file calls. Memory is the proportional
set size of the command and of every process below it: a page that processes share counts once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import memory, tree

_TEAM = 50

_COMPANY = '''"""What every team uses."""

from airflow.providers.docker.operators.docker import DockerOperator

REGISTRY = "ghcr.io/company"


class CompanyOperator(DockerOperator):
    """Skips nothing, and cleans up."""

    def __init__(self, name, tag="1.0", **kwargs):
        kwargs.setdefault("auto_remove", "success")
        super().__init__(image=f"{REGISTRY}/{name}:{tag}", **kwargs)


def load(task_id, table, **more):
    return DockerOperator(
        task_id=task_id, image=f"{REGISTRY}/load:2.1", command=["load", table], **more
    )
'''

_TEAM_HELPER = '''"""What team {team} uses."""

from airflow.providers.docker.operators.docker import DockerOperator

IMAGE = "ghcr.io/company/team-{team}:1.{team}"
COMMON = dict(auto_remove="force", network_mode="bridge")


def extract(name, image=IMAGE, **more):
    return DockerOperator(task_id=name, image=image, **COMMON, **more)
'''

_HEAD = '''"""Tables of team {team}, part {number}."""

from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.docker.operators.docker import DockerOperator
from docker.types import Mount

from company.operators import CompanyOperator, load
from team_{team}.helper import COMMON, IMAGE, extract

SETTINGS = {{"schema": "team_{team}", "part": {number}}}

with DAG("tables_{team}_{number}", start_date=datetime(2024, 1, 1), catchup=False) as dag:
    own = DockerOperator(task_id="own", image=IMAGE, command="run {{{{ ds }}}}", **COMMON)
    shared = CompanyOperator(name="clean", tag="3", task_id="clean", command=["clean"])
    loaded = load("load", "table_{number}")
    for name in ("a", "b", "c"):
        extract(name, command=["extract", name]) >> loaded
    mounted = DockerOperator(
        task_id="mounted",
        image="python:3.11",
        mounts=[Mount(source="/srv/data", target="/data", type="bind")],
    )
    own >> shared >> mounted
'''

_FUNCTION = '''

def step_{number}(rows, limit={number}):
    """Return the rows that count."""
    total = 0
    for row in rows:
        if row["amount"] > limit and row["state"] in ("open", "paid"):
            total += row["amount"] * {number}
    return {{"total": total, "schema": SETTINGS["schema"], "step": f"step-{number}"}}


PythonOperator(task_id="step_{number}", python_callable=step_{number}, dag=dag)
'''


def write_folder(folder: Path, files: int, lines: int) -> None:
    """Write a folder of DAG files, each of so many lines."""
    _write(folder / "company" / "operators.py", _COMPANY)
    for number in range(files):
        team = number // _TEAM
        if number % _TEAM == 0:
            _write(folder / f"team_{team}" / "helper.py", _TEAM_HELPER.format(team=team))
        text = _HEAD.format(team=team, number=number)
        step = 0
        while text.count("\n") < lines:
            text += _FUNCTION.format(number=step)
            step += 1
        text = "\n".join(text.split("\n")[:lines]) + "\n"
        # A function that is cut off does not matter if the rest of it is cut off too.
        cut = text.rfind("\n\n\ndef ")
        rest = text[cut:].count("\n")
        _write(folder / f"team_{team}" / f"dag_{number}.py", text[:cut] + "\n#" * rest + "\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def measure(folder: Path, out: Path) -> tuple[float, float, int, int]:
    """Run the command once.

    Returns:
        Seconds, peak memory in MB, the most processes at a time, and the number of calls.
    """
    report = out.with_suffix(".json")
    start = time.monotonic()
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("mwaa-ecs")),
            *("migrate", str(folder), "--out", str(out), "--json", str(report)),
        ],
        stdout=subprocess.DEVNULL,
    )
    peak, most = 0, 0
    while process.poll() is None:
        found = tree(process.pid)
        peak = max(peak, sum(map(memory, found)))
        most = max(most, len(found))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"mwaa-ecs migrate ended with {process.returncode}")
    seconds = time.monotonic() - start
    calls = len(json.loads(report.read_text(encoding="utf-8"))["calls"])
    return seconds, peak / 1024, most, calls


def main() -> None:
    """Print a row for each size of folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="+", default=[258, 1000, 3000, 10000])
    parser.add_argument("--lines", type=int, default=300)
    options = parser.parse_args()
    print("| files | calls | seconds | files a second | peak memory | processes |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for files in options.files:
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work) / "dags"
            write_folder(folder, files, options.lines)
            seconds, peak, most, calls = measure(folder, Path(work) / "out")
        print(
            f"| {files:,} | {calls:,} | {seconds:.1f} | {files / seconds:.0f} |"
            f" {peak:.0f} MB | {most} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
