"""What a user hears of a folder that cannot be run, and that theirs is never written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.example import copy_configuration, load_example


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
        ("- a\n", r"the file: Input should be a valid dictionary"),
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


def test_a_copy_brings_the_local_modules_along_and_leaves_state_behind(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "terraform.tfstate").write_text("{}")
    (folder / ".terraform").mkdir()
    before = sorted(folder.rglob("*"))
    copy = copy_configuration(folder, tmp_path / "copy")
    assert (copy / "main.tf").is_file()
    assert (copy / "../../main.tf").is_file()
    assert (copy / "../../c").is_dir()
    assert sorted(path.name for path in copy.iterdir()) == ["main.tf"]
    assert sorted(folder.rglob("*")) == before


def test_a_copy_takes_nothing_that_lies_between_a_folder_and_its_modules(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "much" / "else").mkdir(parents=True)
    away = tmp_path / "away"
    away.mkdir()
    (away / "main.tf").write_text('module "m" {\n  source = "../repository/c"\n}\n')
    copy = copy_configuration(away, tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["away", "repository"]
    assert (copy / "../repository/c").is_dir()
    assert not (copy / "../repository/main.tf").exists()


def test_a_module_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "other.tf").write_text('module "x" {\n  source = "./nowhere"\n}\n')
    with pytest.raises(UserError, match=r"other\.tf: module source './nowhere' leads to"):
        copy_configuration(folder, tmp_path / "copy")
