"""What a user hears of a folder that cannot be run, and that theirs is never written to."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.lint import lint
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.terraform.configuration import copy_configuration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "repository" / "examples" / "mine"
    path.mkdir(parents=True)
    (path / "main.tf").write_text(
        'variable "region" {}\nvariable "subnet_ids" {}\nmodule "m" {\n  source = "../.."\n}\n'
    )
    (tmp_path / "repository" / "main.tf").write_text('module "c" {\n  source = "./c"\n}\n')
    (tmp_path / "repository" / "c").mkdir()
    return path


def test_its_variables_are_known(folder: Path) -> None:
    assert load_example(folder).variables == {"region", "subnet_ids"}


def test_without_settings_there_are_no_dags_to_run(folder: Path) -> None:
    example = load_example(folder)
    assert example.dags == ()
    assert example.images == {}
    assert example.without_dags.startswith("sandbox.yaml does not exist; name the DAGs to run")


def test_settings_without_a_dag_say_so(folder: Path) -> None:
    (folder / "sandbox.yaml").write_text("images: {}\n")
    assert load_example(folder).without_dags.startswith("sandbox.yaml names no DAG")


def test_variables_and_connections_reach_airflow_as_it_takes_them(folder: Path) -> None:
    (folder / "sandbox.yaml").write_text(
        "dags: [plain, {id: other, conf: {day: 3}}]\n"
        "environment: {STAGE: dev}\n"
        "airflow_variables: {bucket: b, Days: [1, 2]}\n"
        "connections:\n  db: postgres://h/d\n  api: {conn_type: http, host: h}\n"
        "requirements: [humanize]\n"
    )
    example = load_example(folder)
    assert [(dag.id, dag.conf) for dag in example.dags] == [
        ("plain", {}),
        ("other", {"day": 3}),
    ]
    assert example.without_dags == ""
    assert example.dag_settings.requirements == ("humanize",)
    assert example.dag_settings.environment == {
        "STAGE": "dev",
        "AIRFLOW_VAR_BUCKET": "b",
        "AIRFLOW_VAR_DAYS": "[1, 2]",
        "AIRFLOW_CONN_DB": "postgres://h/d",
        "AIRFLOW_CONN_API": '{"conn_type": "http", "host": "h"}',
    }


def test_a_stand_in_names_files_of_the_example(folder: Path) -> None:
    (folder / "sandbox.yaml").write_text("images:\n  a:1:\n    stand_in: [sh, ./a.sh, -x]\n")
    image = load_example(folder).images["a:1"]
    assert image.stand_in == ["sh", str(folder / "a.sh"), "-x"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("dag: x\n", r"sandbox\.yaml: dag: unknown key; did you mean 'dags'\?"),
        ("faq: x\n", r"faq: unknown key; accepted keys: dags, images, variables"),
        ("dags: x\n", r"dags is 'x'; it must be a list"),
        ("dags: [{conf: {}}]\n", r"dags\.0\.id must be given"),
        ("dags: [{id: a, cnof: {}}]\n", r"dags\.0\.cnof: unknown key; did you mean 'conf'\?"),
        ("images:\n  a:1:\n    biuld: x\n", r"biuld: unknown key; did you mean 'build'\?"),
        (
            "environment: {A: 1}\n",
            r"A is 1; it must be a string; put it in quotes",
        ),
        ("environment: {A-B: x}\n", r"'A-B' is not a name of an environment variable"),
        ("environment: {AWS_REGION: x}\n", r"'AWS_REGION' is set by the sandbox; leave it out"),
        ("connections: {db: [x]}\n", r"'db' must be a URI or a mapping"),
        ("images:\n  a:1:\n    build: nowhere\n", r"images\.a:1\.build: there is no folder"),
        ("dags: [\n", r"this is not YAML"),
        ("- a\n", r"the file is a list, not a mapping"),
    ],
)
def test_wrong_settings_are_named(folder: Path, settings: str, message: str) -> None:
    (folder / "sandbox.yaml").write_text(settings)
    with pytest.raises(UserError, match=message):
        load_example(folder)


def test_a_folder_that_is_not_there_and_those_that_are(folder: Path) -> None:
    with pytest.raises(UserError, match=r"there is no folder '.*mien'; in .* there are mine"):
        load_example(folder.parent / "mien")


def test_a_file_is_no_folder(folder: Path) -> None:
    with pytest.raises(UserError, match="is a file; name the folder"):
        load_example(folder / "main.tf")


def test_a_folder_without_terraform(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no \*\.tf file"):
        load_example(tmp_path)


def test_settings_that_no_person_wrote_are_a_message(folder: Path) -> None:
    for settings, message in (
        (b"dags: [caf\xe9]\n", r"sandbox\.yaml:1:11: byte 0xe9 is not UTF-8"),
        (b"dags: " + b"[" * 5000 + b"]" * 5000, r"it is nested more than 40 levels deep"),
        (b"images: &a\n  x: {<<: *a}\n", r"the anchor &a is not accepted"),
    ):
        (folder / "sandbox.yaml").write_bytes(settings)
        with pytest.raises(UserError, match=message):
            load_example(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"# caf\xe9\n", r"bad\.tf:1:1: it cannot be read: it is not UTF-8"),
        (b"a {\n" * 5000 + b"}\n" * 5000, r"bad\.tf:1:1: it is nested too deeply"),
        (b'variable "x" {\n  default = ' + b"[" * 5000 + b"]" * 5000 + b"\n}\n", None),
        (b'locals {\n  a = "' + b'${"' * 5000 + b'"}' * 5000 + b'"\n}\n', None),
    ],
)
def test_terraform_that_no_person_wrote_is_a_message(
    folder: Path, tmp_path: Path, text: bytes, message: str | None
) -> None:
    (folder / "bad.tf").write_bytes(text + b"# variable module\n")
    with pytest.raises(UserError, match=message) if message else suppress(UserError):
        example = load_example(folder)
        copy_configuration(example.folder, tmp_path / "copy")
        lint(example.folder, dict)


def test_json_declares_variables_too(folder: Path) -> None:
    (folder / "more.tf.json").write_text('{"variable": {"vpc_id": {}}}')
    assert "vpc_id" in load_example(folder).variables
    (folder / "main.tf").unlink()
    assert load_example(folder).variables == {"vpc_id"}
