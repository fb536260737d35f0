"""What the operator costs Airflow: parsing, AWS calls, memory; and a task beyond its container.

Usage: python benchmarks/dag_operator.py [--version 3.0.6] [--repeat 5]

Parsing: a DAG file of 200 EcsTaskOperators against one of 200 EmptyOperators and one of 200
EcsRunTaskOperators, by turns, each in a process of its own, after what Airflow itself imports.
Hours: a task of an hour, and one of eight as the triggerer looks at it, on a clock that only
sleeping moves.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "modules" / "dags" / "operator")]

from dag_side.fake_aws import RUNNING, FakeAws, stopped  # noqa: E402
from mwaa_ecs.sandbox.airflow import AirflowEnvironment, find_version, prepare  # noqa: E402
from mwaa_ecs.sandbox.airflow.environment import airflow_settings  # noqa: E402

TASKS = 200
PARSED = """
import time
from datetime import datetime
from airflow import DAG
DAG  # Airflow 3 imports it when it is used first
began = time.perf_counter()
{imports}
start = time.perf_counter()
with DAG("parsed", start_date=datetime(2024, 1, 1), schedule=None):
    for number in range({tasks}):
        {task}
end = time.perf_counter()
print(end - start, end - began)
"""
EMPTY = ("from {empty} import EmptyOperator", 'EmptyOperator(task_id=f"t{number}")')
OURS = (
    "from mwaa_ecs_operator import EcsTaskOperator",
    'EcsTaskOperator(task_id=f"t{number}", task="x", command=["--date", "{{ ds }}"])',
)
STOCK = (
    "from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator",
    'EcsRunTaskOperator(task_id=f"t{number}", cluster="c", task_definition="d", overrides={})',
)


def parse(environment: AirflowEnvironment, repeat: int) -> None:
    """Print how long files of 200 tasks take: the whole process, and the body of the file."""
    empty = (
        "airflow.operators.empty"
        if environment.version.number.startswith("2.")
        else "airflow.providers.standard.operators.empty"
    )
    with TemporaryDirectory() as home:
        environ = {
            **airflow_settings(Path(home), Path(home)),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT / "modules" / "dags" / "operator"),
        }

        def seconds(imports: str, task: str) -> tuple[float, float]:
            text = PARSED.format(imports=imports.format(empty=empty), tasks=TASKS, task=task)
            done = subprocess.run(
                [str(environment.airflow.with_name("python")), "-c", text],
                env=environ,
                capture_output=True,
                text=True,
                check=True,
            )
            body, whole = done.stdout.split()[-2:]
            return float(body), float(whole)

        found: dict[str, list[tuple[float, float]]] = {}
        for _ in range(repeat):
            for name, (imports, task) in (("empty", EMPTY), ("ours", OURS), ("stock", STOCK)):
                found.setdefault(name, []).append(seconds(imports, task))
    for name, times in found.items():
        body, whole = (median(values) for values in zip(*times, strict=True))
        print(f"parse {TASKS} {name}: {body:.3f} s, with the file's imports {whole:.3f} s")


def hours() -> None:
    """Print the calls of a task of an hour, and the memory of one of eight in the triggerer."""
    aws = FakeAws()
    aws.looks = [lambda: stopped() if aws.now >= 3600 else RUNNING]
    aws.follow()
    print("calls of an hour:", json.dumps(Counter(name for name, _ in aws.calls)))
    aws = FakeAws()
    aws.looks = [lambda: stopped() if aws.now >= 8 * 3600 else RUNNING]
    looks = aws.runner.looks("arn:aws:ecs:eu-west-1:123456789012:task/c/0123")
    tracemalloc.start()
    sizes: dict[int, int] = {}
    for _, pause in looks:
        aws.calls.clear()
        aws.sleep(pause)
        hour = int(aws.now // 3600)
        sizes[hour] = tracemalloc.get_traced_memory()[0]
    print("bytes held after each hour:", json.dumps(sizes))


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--version", default="3.0.6")
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    hours()
    parse(prepare(find_version(given.version)), given.repeat)


if __name__ == "__main__":
    main()
