"""What the operator costs Airflow: parsing, AWS calls, memory; and a task beyond its container.

Usage: python benchmarks/dag_operator.py [--version 3.0.6] [--repeat 5]
                                         [--only pairs|parse|hours]

Pairs: a container of two seconds on the local AWS, by EcsTaskOperator and by EcsRunTaskOperator
with the arguments of the article's DAG, by turns in one DAG run, waiting in the worker and
deferred. A task costs the time from the beginning of `execute` to its result, less the life of
its ECS task (`createdAt` to `stoppedAt`). The calls are those that the local AWS had meanwhile.
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
from dag_side.world import TaskOfWorld, world  # noqa: E402
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
                [str(environment.interpreter), "-c", text],
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


def pairs(version: str, repeat: int) -> None:
    """Print the seconds that a task costs beyond its container, and its calls."""
    seconds: dict[str, list[float]] = {}
    calls: dict[str, list[Counter[str]]] = {}
    with world("etl:1.4") as at, TemporaryDirectory() as home:
        at.add("nightly", TaskOfWorld("etl:1.4"))
        parameter = at.aws.client("ssm").get_parameter(Name="/mwaa/tasks/nightly")
        done = at.run(
            ROOT / "benchmarks" / "dags" / "pairs.py",
            "pairs",
            version,
            Path(home),
            STOCK_ARGUMENTS=parameter["Parameter"]["Value"],
            SECONDS_OF_CONTAINER="2",
            REPEAT=str(repeat),
        )
        if done.state != "success":
            sys.exit("\n".join(done.reasons) or done.log.read_text())
        times: dict[str, dict[str, float]] = {}
        for line in (Path(home) / "home" / "times.jsonl").read_text().splitlines():
            noted = json.loads(line)
            times.setdefault(noted["task"], {})[noted["what"]] = noted["time"]
        ecs = at.aws.client("ecs")
        arns = ecs.list_tasks(cluster="story", desiredStatus="STOPPED")["taskArns"]
        for task in ecs.describe_tasks(cluster="story", tasks=arns)["tasks"]:
            (override,) = task["overrides"]["containerOverrides"]
            name = next(
                one["value"] for one in override["environment"] if one["name"] == "TASK"
            )
            life = (task["stoppedAt"] - task["createdAt"]).total_seconds()
            begin, end = times[name]["begin"], times[name]["end"]
            kind = name.rpartition("_")[0]
            seconds.setdefault(kind, []).append(end - begin - life)
            within = [call for call in at.aws.calls if begin <= call.time <= end]
            calls.setdefault(kind, []).append(
                Counter(f"{call.service}:{call.action}" for call in within)
            )
    for kind, found in sorted(seconds.items()):
        counted = sum(calls[kind], Counter[str]())
        mean = {name: round(number / repeat, 1) for name, number in sorted(counted.items())}
        print(
            f"{kind}: {median(found):.2f} s beyond its container ({min(found):.2f} to"
            f" {max(found):.2f}); calls {json.dumps(mean)}"
        )


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
    parser.add_argument("--only", choices=("pairs", "parse", "hours"))
    given = parser.parse_args()
    if given.only in (None, "pairs"):
        pairs(given.version, given.repeat)
    if given.only in (None, "hours"):
        hours()
    if given.only in (None, "parse"):
        parse(prepare(find_version(given.version)), given.repeat)


if __name__ == "__main__":
    main()
