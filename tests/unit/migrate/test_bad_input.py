"""What a user does wrong: one clear message each, exit code 2, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from unit.migrate.inputs import HEAD
from unit.migrate.test_inputs import write

GOOD = {"dag.py": HEAD + '\nDockerOperator(task_id="a", image="org/etl", docker_conn_id="c")\n'}


def answers(text: str) -> Callable[[Path], list[str]]:
    def prepare(folder: Path) -> list[str]:
        write(folder / "dags", GOOD)
        (folder / "answers.yaml").write_text(text)
        return ["--answers", str(folder / "answers.yaml")]

    return prepare


def files(**extra: bytes) -> Callable[[Path], list[str]]:
    def prepare(folder: Path) -> list[str]:
        write(folder / "dags", GOOD)
        for name, content in extra.items():
            (folder / "dags" / f"{name}.py").write_bytes(content)
        return []

    return prepare


def link(folder: Path) -> list[str]:
    write(folder / "dags", GOOD)
    (folder / "outside.py").write_text("x = 1\n")
    (folder / "dags" / "link.py").symlink_to(folder / "outside.py")
    return []


def full(folder: Path) -> list[str]:
    write(folder / "dags", GOOD)
    write(folder / "out", {"mine.txt": "kept"})
    return []


def empty(folder: Path) -> list[str]:
    write(folder / "dags", {"dag.py": "x = 1\n"})
    return []


def operator(folder: Path) -> list[str]:
    write(folder / "dags", {**GOOD, "mwaa_ecs_operator/__init__.py": "x = 1\n"})
    return []


def missing(folder: Path) -> list[str]:
    return []


def file(folder: Path) -> list[str]:
    (folder / "dags").write_text("x = 1\n")
    return []


def inside(folder: Path) -> list[str]:
    write(folder / "dags", GOOD)
    return ["--out", str(folder / "dags" / "out")]


def options(*more: str) -> Callable[[Path], list[str]]:
    def prepare(folder: Path) -> list[str]:
        write(folder / "dags", GOOD)
        return list(more)

    return prepare


HEADER = "version: 1\nfolder: dags\nquestions:\n"


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        pytest.param(
            files(broken=b"import docker\nprint 'x'\n"),
            "broken.py: line 2: Missing parentheses",
            id="(w) a file that is not Python",
        ),
        pytest.param(
            files(old=b"import docker\nNAME = '\xe9'\n"),
            "old.py: byte 22 is not utf-8; save it as UTF-8, or declare",
            id="an encoding that is not declared",
        ),
        pytest.param(
            files(wide="import docker".encode("utf-16")),
            "wide.py: it holds zero bytes, as UTF-16 does; save it as UTF-8",
            id="UTF-16",
        ),
        pytest.param(link, "link.py leads to", id="a link out of the folder"),
        pytest.param(full, "is not an empty folder; name one that", id="an OUT with files"),
        pytest.param(empty, "has 1 Python files, and none calls", id="a folder without calls"),
        pytest.param(missing, "does not exist; name the folder", id="a folder that is missing"),
        pytest.param(file, "is a file; name the folder", id="a file as the folder"),
        pytest.param(inside, "lie in each other; name a folder beside", id="an OUT in FOLDER"),
        pytest.param(
            options("--airflow", "3.0.6"), "is the version for --try; add --try", id="no --try"
        ),
        pytest.param(
            options("--try", "--airflow", "1.10"),
            "--airflow: '1.10' is not a version of MWAA that the sandbox can run; it must be",
            id="an Airflow that MWAA does not have",
        ),
        pytest.param(operator, "has a 'mwaa_ecs_operator' already", id="a second operator"),
        pytest.param(
            answers(HEADER + "  connection:x: {answer: none}\n"),
            "'connection:x' is not asked; did you mean 'connection:c'?",
            id="an answer to no question",
        ),
        pytest.param(
            answers(HEADER + "  connection:c: {answer: yes please}\n"),
            "'yes please': expected the ARN of a secret in Secrets Manager, or \"none\"",
            id="an answer that is not accepted",
        ),
        pytest.param(
            answers(HEADER.replace("dags", "etl")),
            "is for the folder 'etl', and FOLDER is 'dags'",
            id="answers for another folder",
        ),
        pytest.param(answers("- a\n"), "is not a file of answers", id="another YAML"),
        pytest.param(answers("{"), "is not YAML", id="not YAML"),
        pytest.param(
            lambda folder: [*options("--answers", str(folder / "no.yaml"))(folder)],
            "there is no file",
            id="answers that are missing",
        ),
    ],
)
def test_a_mistake_is_one_message_and_nothing_is_written(
    prepare: Callable[[Path], list[str]], message: str, tmp_path: Path
) -> None:
    more = prepare(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    done = CliRunner().invoke(
        app, ["migrate", str(tmp_path / "dags"), "--out", str(tmp_path / "out"), *more]
    )
    assert done.exit_code == 2, done.output
    assert done.output.startswith("error: ")
    assert message in done.output
    assert sorted(tmp_path.rglob("*")) == before


def test_answers_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
    calls = "".join(
        f'DockerOperator(task_id="{name}", image="org/a", docker_conn_id="{name}")\n'
        for name in "xy"
    )
    write(tmp_path / "dags", {"dag.py": HEAD + calls})
    (tmp_path / "a.yaml").write_text(
        HEADER
        + "".join(f"  connection:{name}: {{answer: '{secret}{name}'}}\n" for name in "xy")
    )
    done = CliRunner().invoke(
        app,
        [
            *("migrate", str(tmp_path / "dags"), "--out", str(tmp_path / "out")),
            *("--answers", str(tmp_path / "a.yaml")),
        ],
    )
    assert done.exit_code == 2, done.output
    assert f"two secrets, {secret}x and {secret}y" in done.output
