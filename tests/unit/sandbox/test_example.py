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


def test_a_stand_in_names_files_of_the_example(folder: Path) -> None:
    (folder / "sandbox.yaml").write_text("images:\n  a:1:\n    stand_in: [sh, ./a.sh, -x]\n")
    image = load_example(folder).images["a:1"]
    assert image.stand_in == ["sh", str(folder / "a.sh"), "-x"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            "dag: x\n",
            r"dag: Extra inputs are not permitted\. Legal at the top are dags, images",
        ),
        ("dags: x\n", r"dags: Input should be a valid list"),
        ("images:\n  a:1:\n    biuld: x\n", r"images\.a:1\.biuld: Extra inputs"),
        ("images:\n  a:1:\n    build: nowhere\n", r"images\.a:1\.build: there is no folder"),
        ("dags: [\n", r"this is no YAML"),
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
        (b"dags: " + b"[" * 5000 + b"]" * 5000, r"it is nested more than 40 deep"),
        (b"images: &a\n  x: {<<: *a}\n", r"&a is an anchor"),
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
