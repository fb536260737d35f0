"""A sandbox whose tasks stand in the contract, made without Terraform."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.sandbox.airflow import DagRun, find_version, prepare, run_dag
from mwaa_ecs_operator.images import any_tag, normalise, part_of
from unit.sandbox.ecs_story import REGION, EcsStory

PACKAGE = Path(__file__).resolve().parents[2] / "modules" / "dags" / "operator"
CONTAINER = ["sh", str(Path(__file__).with_name("container.sh"))]
PREFIX = "/mwaa"


@dataclass(frozen=True)
class TaskOfWorld:
    """A task definition with its parameter and its entry in the index of images."""

    image: str
    aliases: tuple[str, ...] = ()
    container: Mapping[str, Any] | None = None
    entry: Mapping[str, Any] | None = None
    sidecars: tuple[Mapping[str, Any], ...] = ()


class World:
    """An account in which the contract stands."""

    def __init__(self, story: EcsStory) -> None:
        self.story = story
        self.aws = story.aws
        self._index: dict[str, list[dict[str, Any]]] = {}

    def add(self, name: str, task: TaskOfWorld) -> None:
        """Register a task, write its parameter, and note its image."""
        main = self.story.container(name, task.image, **(task.container or {}))
        self.story.register(main, *map(dict, task.sidecars), family=f"etl-{name}")
        self._put(
            f"tasks/{name}",
            {
                "cluster": "story",
                "task_definition": f"etl-{name}",
                "container_name": name,
                "launch_type": "FARGATE",
                "platform_version": "LATEST",
                "network_configuration": {
                    "awsvpcConfiguration": {
                        "subnets": [self.story.subnet],
                        "assignPublicIp": "DISABLED",
                    }
                },
                "awslogs_group": "/ecs/story",
                "awslogs_region": REGION,
                "awslogs_stream_prefix": f"ecs/{name}",
            },
        )
        entry = {"task": name, "cpu": 256, "memory": 512, **(task.entry or {})}
        for reference in (normalise(task.image), *map(_alias, task.aliases)):
            self._index.setdefault(reference, []).append(entry)

    def write_index(self) -> None:
        """Write the index of images as the module does."""
        parts: dict[str, dict[str, Any]] = {}
        for reference, entries in self._index.items():
            parts.setdefault(part_of(reference), {})[reference] = entries
        for part, images in parts.items():
            self._put(f"images/{part}", images)

    def _put(self, name: str, value: Mapping[str, Any]) -> None:
        self.aws.client("ssm").put_parameter(
            Name=f"{PREFIX}/{name}", Value=json.dumps(value), Type="String", Overwrite=True
        )

    def run(
        self, dag_file: Path, dag_id: str, version: str, home: Path, **environ: str
    ) -> DagRun:
        """Run a DAG in real Airflow, with the files beside it; the operator is importable."""
        dags = home / "dags"
        shutil.copytree(dag_file.parent, dags, ignore=shutil.ignore_patterns("__pycache__"))
        return run_dag(
            prepare(find_version(version)),
            dag_id,
            dags=dags,
            home=home / "home",
            environ={**self.aws.environment(), "PYTHONPATH": f"{PACKAGE}:{dags}", **environ},
        )


def _alias(reference: str) -> str:
    return any_tag(reference) if reference.endswith(":*") else normalise(reference)


@contextmanager
def world(*images: str) -> Iterator[World]:
    """A world in which these images run container.sh."""
    with EcsStory(dict.fromkeys(images, CONTAINER)) as story:
        yield World(story)
