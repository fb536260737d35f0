"""What migrate writes: DAG files, tasks, answers, report."""

from __future__ import annotations

import filecmp
import json
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest
import yaml
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.environments.folder import EnvironmentFolder
from mwaa_ecs.environments.module import find_module
from mwaa_ecs.environments.render import render
from unit.migrate.inputs import HEAD
from unit.migrate.test_inputs import write

REPOSITORY = Path(__file__).resolve().parents[3]
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"

DAGS = {
    "sub/dag.py": HEAD
    + """
from docker.types import Mount
from airflow.models import Variable

with DAG("one", default_args={"docker_conn_id": "hub"}):
    DockerOperator(
        task_id="a",
        image="org/etl:1.4",
        entrypoint="run --as ${USER}",
        user=1000,
        working_dir="/app",
        mounts=[Mount(source="/srv/data", target="/data", type="bind"), Mount("/tmp/x", "x")],
        private_environment={"DB_PASSWORD": "hunter2-hunter2", "TOKEN": Variable.get("t0ken")},
        network_mode="etl_net",
    )
    DockerOperator(task_id="b", image="org/etl:1.5")
    DockerOperator(task_id="c", image="our-etl:2", docker_conn_id=None)
    DockerOperator(task_id="d", image="org/app:{{ ds }}")
    DockerOperator(task_id="e", image="org/app", retrieve_output=True)
API_TOKEN = "s3cr3t-value"
""",
    "sub/query.sql": "select 1",
    ".airflowignore": "drafts/",
}
ANSWERS: dict[str, Any] = {
    "connection:hub": SECRET,
    "mount:/srv/data": "fs-0123456789abcdef0:/data",
    "mount:x": "not-needed",
    "private_environment:DB_PASSWORD": SECRET,
    "private_environment:TOKEN": "/etl/token",
    "network:etl_net": "nothing",
    "local_image:our-etl": ECR,
    "runtime_image:org/app:{{ ds }}": {"image": "org/app:3", "alias": "org/app:*"},
}


def run(*words: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["migrate", *map(str, words)], env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.output


def answer(file: Path, answers: dict[str, Any]) -> Path:
    data = yaml.safe_load(file.read_text())
    for name, value in answers.items():
        data["questions"].setdefault(name, {})["answer"] = value
    answered = file.with_name("answered.yaml")
    answered.write_text(yaml.safe_dump(data))
    return answered


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    return write(tmp_path / "dags", DAGS)


@pytest.fixture
def first(dags: Path, tmp_path: Path) -> Path:
    run(dags, "--out", tmp_path / "first", "--json", tmp_path / "first.json")
    return tmp_path / "first"


def test_each_question_is_asked_once_and_answers_leave_what_is_open(
    dags: Path, first: Path, tmp_path: Path
) -> None:
    before = json.loads((tmp_path / "first.json").read_text())
    assert {question["id"] for question in before["questions"]} == set(ANSWERS)
    assert before["version"] == 1
    half = dict(list(ANSWERS.items())[:6])
    run(
        *(dags, "--out", tmp_path / "half", "--json", tmp_path / "half.json"),
        *("--answers", answer(first / "answers.yaml", half)),
    )
    after = json.loads((tmp_path / "half.json").read_text())
    assert {question["id"] for question in after["questions"]} == set(ANSWERS) - set(half)
    assert [call["verdict"] for call in after["calls"]] == [
        *("converted", "converted", "decision", "decision", "refused")
    ]
    assert [call["task"] for call in after["calls"]] == ["etl-1-4", "etl-1-5", None, None, None]
    kept = yaml.safe_load((tmp_path / "half" / "answers.yaml").read_text())["questions"]
    assert {name: each["answer"] for name, each in kept.items() if each["answer"]} == half


def test_the_tasks_have_what_their_calls_need_in_both_forms(
    dags: Path, first: Path, tmp_path: Path
) -> None:
    answers = answer(first / "answers.yaml", ANSWERS)
    for form in ("hcl", "yaml"):
        out = tmp_path / form
        run(dags, "--out", out, "--answers", answers, "--format", form)
    size = {"cpu": 1024, "memory": 2048}
    credentials = {"repository_credentials": {"credentials_parameter": SECRET}}
    expected = {
        "app": {
            "image": "org/app:3",
            "image_aliases": ["org/app:*"],
            **size,
            **credentials,
        },
        "etl-1-4": {
            "image": "org/etl:1.4",
            "entry_point": ["run", "--as", "${USER}"],
            "user": "1000",
            "working_directory": "/app",
            "secrets": {"DB_PASSWORD": SECRET, "TOKEN": "/etl/token"},
            "volumes": {
                "data": {
                    "efs_volume_configuration": {
                        "file_system_id": "fs-0123456789abcdef0",
                        "root_directory": "/data",
                    }
                },
                "tmp-x": {},
            },
            "mount_points": [
                {"source_volume": "data", "container_path": "/data"},
                {"source_volume": "tmp-x", "container_path": "/tmp/x"},
            ],
            **size,
            **credentials,
        },
        "etl-1-5": {"image": "org/etl:1.5", **size, **credentials},
        "our-etl": {"image": f"{ECR}/our-etl:2", "image_aliases": ["our-etl:2"], **size},
    }
    text = (tmp_path / "hcl" / "tasks.tf").read_text()
    assert _plain(hcl2.loads(text)["locals"][0]["docker_tasks"]) == expected
    formatted = subprocess.run(
        ["terraform", "fmt", "-"], input=text, capture_output=True, text=True, check=True
    )
    assert formatted.stdout == text
    # The environments' own reader takes the YAML, and its types are the module's.
    folder = tmp_path / "environments"
    folder.mkdir()
    (tmp_path / "yaml" / "tasks").rename(folder / "tasks")
    (folder / "dev.yaml").write_text(
        'region: eu-west-1\naccount_id: "123456789012"\ninputs:\n  name: etl\n'
        "  mwaa_execution_role_name: x\n  network: {subnet_ids: [a, b]}\n"
    )
    (rendered,) = render(EnvironmentFolder(folder, find_module(REPOSITORY, folder)))
    assert json.loads(rendered.new)["tasks"] == expected


def _plain(value: Any) -> Any:
    """Return what python-hcl2 reads, without its marks, quotes and escapes."""
    if isinstance(value, dict):
        return {
            key.strip('"'): _plain(each) for key, each in value.items() if key != "__is_block__"
        }
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.strip('"').replace("$${", "${") if isinstance(value, str) else value


def test_only_import_lines_differ_and_the_folder_is_whole(dags: Path, first: Path) -> None:
    before = (dags / "sub/dag.py").read_bytes().splitlines(keepends=True)
    after = (first / "dags/sub/dag.py").read_bytes().splitlines(keepends=True)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        (
            b"from airflow.providers.docker.operators.docker import DockerOperator\n",
            b"from mwaa_ecs_operator import DockerOperator\n",
        ),
        (
            b"from docker.types import Mount\n",
            b"from mwaa_ecs_operator import Mount\n",
        ),
    ]
    assert (first / "dags/sub/query.sql").read_text() == "select 1"
    ignored = (first / "dags/.airflowignore").read_text()
    assert ignored == "drafts/\nmwaa_ecs_operator/\n"
    package = REPOSITORY / "modules/dags/operator/mwaa_ecs_operator"
    names = [path.name for path in package.glob("*.py")]
    match = filecmp.cmpfiles(package, first / "dags/mwaa_ecs_operator", names, shallow=False)
    assert match[1:] == ([], [])


def test_the_same_input_gives_the_same_bytes(dags: Path, first: Path, tmp_path: Path) -> None:
    run(dags, "--out", tmp_path / "again", "--json", tmp_path / "again.json")
    assert _bytes(tmp_path / "again") == _bytes(first)
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "first.json").read_bytes()


def test_the_json_has_the_documented_fields(first: Path) -> None:
    report = json.loads(first.with_suffix(".json").read_text())
    assert set(report) == {"version", "calls", "questions"}
    call = report["calls"][0]
    assert set(call) == {
        *("file", "line", "kind", "verdict", "edit", "task", "image", "reasons")
    }
    assert (call["file"], call["line"], call["kind"]) == ("sub/dag.py", 8, "DockerOperator")
    assert set(call["reasons"][0]) == {"code", "argument", "line", "message", "remedy"}
    assert all(set(each) == {"id", "kind", "about", "calls"} for each in report["questions"])


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_no_secret_is_in_any_output_and_its_name_is(
    dags: Path, first: Path, tmp_path: Path
) -> None:
    answers = answer(first / "answers.yaml", ANSWERS)
    said = run(
        *(dags, "--out", tmp_path / "second", "--answers", answers),
        *("--json", tmp_path / "second.json"),
    )
    written = {
        name: content
        for folder in (first, tmp_path / "second")
        for name, content in _bytes(folder).items()
        if not name.startswith("dags/")  # the DAG's own text stays as it is
    }
    written["output"] = said.encode()
    written["json"] = (tmp_path / "first.json").read_bytes()
    for name, content in written.items():
        assert b"hunter2" not in content, name
        assert b"s3cr3t" not in content, name
    assert b"private_environment:DB_PASSWORD" in (first / "answers.yaml").read_bytes()
    assert "'API_TOKEN'" in (first / "report.md").read_text()


def test_check_ends_with_1_while_a_question_is_open(dags: Path, first: Path) -> None:
    run(dags, "--check", code=1)
    run(dags, "--check", "--answers", answer(first / "answers.yaml", ANSWERS))


def test_the_summary_tells_what_each_answer_unlocks(dags: Path) -> None:
    words = " ".join(run(dags, "--check", code=1).split())
    assert "5 calls of DockerOperator in dags" in words
    assert "? 4 decision wait for an answer" in words
    assert "✗ 1 refused cannot run on ECS" in words
    assert "2 1 connection:hub" in words
