"""How long rendering 200 environments of 50 tasks takes, and printing the schema.

Usage: python benchmarks/render.py [--environments 200] [--tasks 50] [--repeat 3]

Three shapes of the same team: tasks in tasks/*.yaml, a field changed in each environment,
with and without names to fill in; and, the worst, all tasks in each environment's own file.
Each command is a process of its own, as a person runs it; the best of the repeats counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).parent / "mwaa-ecs")

TASK = """\
image: {registry}/task{number}:1.4
command: [python, -m, task{number}, --date, "{{{{ ds }}}}"]
cpu: 512
memory: 1024
environment:
  LEVEL: info
  BUCKET: data-{number}
secrets:
  PASSWORD: arn:aws:secretsmanager:eu-west-1:111111111111:secret:task{number}
"""
SETTINGS = 'region: eu-west-1\naccount_id: "111111111111"\n'
INPUTS = """\
inputs:
  name: jobs-${environment}
  ssm_prefix: /jobs/${environment}
  default_task: task0
  network: {subnet_ids: [subnet-a, subnet-b]}
"""
FILLED = "${account_id}.dkr.ecr.${region}.amazonaws.com"


def shared(folder: Path, environments: int, tasks: int, registry: str) -> None:
    """Write tasks once, and environments that change a field of ten."""
    (folder / "tasks").mkdir()
    for number in range(tasks):
        text = TASK.format(number=number, registry=registry)
        (folder / "tasks" / f"task{number}.yaml").write_text(text)
    (folder / "defaults.yaml").write_text(SETTINGS + INPUTS)
    changed = "".join(f"    task{number}: {{cpu: 1024}}\n" for number in range(min(10, tasks)))
    for number in range(environments):
        (folder / f"env{number}.yaml").write_text(f"inputs:\n  tasks:\n{changed}")


def single(folder: Path, environments: int, tasks: int, registry: str) -> None:
    """Write all tasks into each environment's file."""
    body = ""
    for number in range(tasks):
        lines = TASK.format(number=number, registry=registry).splitlines()
        body += f"    task{number}:\n" + "".join(f"      {line}\n" for line in lines)
    for number in range(environments):
        (folder / f"env{number}.yaml").write_text(f"{SETTINGS}{INPUTS}  tasks:\n{body}")


def seconds(*command: str, repeat: int, clear: Path | None = None) -> tuple[float, float]:
    """Return the best wall time of a command and its best processor time."""
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    best = busy = float("inf")
    with TemporaryDirectory() as cache:
        # As for anybody who has run it once: the byte code is there.
        environ["PYTHONPYCACHEPREFIX"] = cache
        subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
        for _ in range(repeat):
            for path in clear.iterdir() if clear is not None else ():
                path.unlink()
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
            best = min(best, time.perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            busy = min(busy, used)
    return best, busy


def main() -> None:
    """Measure, and print a line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--environments", type=int, default=200)
    parser.add_argument("--tasks", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    shapes: list[tuple[str, Callable[[Path, int, int, str], None], str]] = [
        ("shared tasks, images as they are", shared, "registry"),
        ("shared tasks, registry filled in", shared, FILLED),
        ("all tasks in each file", single, FILLED),
    ]
    for name, write, registry in shapes:
        with TemporaryDirectory() as made, TemporaryDirectory() as out:
            write(Path(made), given.environments, given.tasks, registry)
            command = (COMMAND, "render", made, "--module", str(ROOT), "--out", out)
            written, _ = seconds(*command, repeat=given.repeat, clear=Path(out))
            size = sum(path.stat().st_size for path in Path(out).iterdir())
            took = seconds(*command, "--check", repeat=given.repeat)
            report(
                f"render --check, {name}",
                took,
                all_written=round(written, 2),
                megabytes=round(size / 1e6, 1),
            )
    report("schema", seconds(COMMAND, "schema", repeat=given.repeat))


def report(what: str, took: tuple[float, float], **more: float) -> None:
    """Print a measurement."""
    wall, busy = (round(value, 2) for value in took)
    print(json.dumps({"what": what, "seconds": wall, "processor": busy, **more}))


if __name__ == "__main__":
    main()
