"""Which tasks a DAG's file names."""

from __future__ import annotations

import pytest

from mwaa_ecs.show.dags import Named, constants_of, tasks_of_dag

NAMED = Named(
    prefix="/mwaa/dev",
    images={
        "registry.example/etl:1": {"etl"},
        "docker.io/library/hello-world:latest": {"hello"},
    },
    families={"etl": "jobs-etl", "hello": "jobs-hello"},
    default="hello",
)

OTHERS = constants_of(
    {"dags/team/places.py": "REGISTRY = 'registry.example'", "dags/broken.py": "def ("}
)


@pytest.mark.parametrize(
    ("source", "tasks"),
    [
        ("EcsTaskOperator(task_id='a', task='etl')", {"etl"}),
        ("@ecs_task(task='etl')\ndef f(): ...", {"etl"}),
        ("EcsTaskOperator(task='another')", set()),
        ("EcsTaskOperator(task=name)", set()),
        ("DockerOperator(image='docker.io/library/hello-world')", {"hello"}),
        ("DockerOperator(image='registry.example/etl:2')", set()),
        ("R = 'registry.example'\nDockerOperator(image=f'{R}/etl:1')", {"etl"}),
        ("R = 'registry.example'\nDockerOperator(image=R + '/etl:1')", {"etl"}),
        (
            "from team.places import REGISTRY as R\nDockerOperator(image=f'{R}/etl:1')",
            {"etl"},
        ),
        ("from other.places import REGISTRY\nDockerOperator(image=f'{REGISTRY}/etl:1')", set()),
        ("DockerOperator(image=f'{registry()}/etl:1')", set()),
        ("EcsRunTaskOperator(task_definition='jobs-etl')", {"etl"}),
        ("x = \"{{ var.json.get('hello').cluster }}\"", {"hello"}),
        ("x = '{{ var.json.etl.cluster }}'", {"etl"}),
        ("read('/mwaa/dev/tasks/etl')", {"etl"}),
        ("read('/mwaa/tasks/etl')", set()),
        ("read('/mwaa/dev/ecs/task_definition')", {"hello"}),
        ("NAMES = ('ecs/task_definition',)", {"hello"}),
        ("BashOperator(bash_command='etl')", set()),
    ],
)
def test_a_dag_names_a_task_by_what_it_runs(source: str, tasks: set[str]) -> None:
    assert tasks_of_dag(source, NAMED, OTHERS) == tasks
