"""`mwaa-ecs plugins pack` as a person calls it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app

FILES = {
    "my_plugin.py": "WORD = 'x'\n" * 400,
    "hooks/__init__.py": "",
    "hooks/.airflowignore": "tests\n",
    "data/größe.json": "{}\n",
}


def pack(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["plugins", "pack", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `plugins` of the current one."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "plugins"
    write(folder)
    return folder


def write(folder: Path) -> None:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_the_zip_file_holds_the_folders_files_at_its_top(plugins: Path) -> None:
    (plugins / "run.sh").write_text("#!/bin/sh\n")
    (plugins / "run.sh").chmod(0o700)
    assert pack("plugins") == (0, "written: plugins.zip (5 files)\n")
    with zipfile.ZipFile("plugins.zip") as archive:
        assert archive.namelist() == sorted([*FILES, "run.sh"])
        assert archive.read("hooks/.airflowignore") == b"tests\n"
        modes = {
            one.filename: stat.filemode(one.external_attr >> 16) for one in archive.filelist
        }
        assert archive.getinfo("my_plugin.py").compress_size < 100
    assert modes["run.sh"] == "-rwxr-xr-x"
    assert modes["my_plugin.py"] == "-rw-r--r--"


def test_beside_it_the_files_are_listed_with_their_sums(plugins: Path) -> None:
    pack("plugins")
    listed = json.loads(Path("plugins.zip.json").read_text())
    assert listed == {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in FILES.items()
    }


def test_the_same_files_give_the_same_bytes_wherever_and_whenever(plugins: Path) -> None:
    pack("plugins")
    first = Path("plugins.zip").read_bytes()
    other = plugins.with_name("other")
    write(other)
    for path in [*other.rglob("*")]:
        os.utime(path, (0, 1_700_000_000))
    (other / "my_plugin.py").chmod(0o600)
    pack("other", "--out", "made/other.zip")
    assert Path("made/other.zip").read_bytes() == first


def test_a_zip_file_that_holds_them_already_is_left_alone(plugins: Path) -> None:
    # As another machine, with another compression, may have made it.
    with zipfile.ZipFile("plugins.zip", "w") as archive:
        for path in sorted(plugins.rglob("*"), reverse=True):
            archive.write(path, path.relative_to(plugins))
    before = Path("plugins.zip").read_bytes()
    assert pack("plugins") == (0, "up to date: plugins.zip (4 files)\n")
    assert Path("plugins.zip").read_bytes() == before
    assert Path("plugins.zip.json").exists()


def test_a_changed_file_gives_another_zip_file(plugins: Path) -> None:
    pack("plugins")
    before = Path("plugins.zip").read_bytes(), Path("plugins.zip.json").read_text()
    (plugins / "my_plugin.py").write_text("WORD = 'y'\n")
    assert pack("plugins") == (0, "written: plugins.zip (4 files)\n")
    assert Path("plugins.zip").read_bytes() != before[0]
    assert Path("plugins.zip.json").read_text() != before[1]


def test_leftovers_stay_out_as_modules_dags_has_it(plugins: Path, repository: Path) -> None:
    for name in ("__pycache__/a.cpython-312.pyc", "hooks/b.pyc", "data/.DS_Store"):
        path = plugins / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    pack("plugins")
    assert set(json.loads(Path("plugins.zip.json").read_text())) == set(FILES)
    with zipfile.ZipFile("plugins.zip") as archive:
        assert set(archive.namelist()) == set(FILES)
    rule = r"(^|/)__pycache__/|\.pyc$|(^|/)\.DS_Store$"
    hcl = (repository / "modules" / "dags" / "main.tf").read_text()
    assert rule.replace("\\", "\\\\") in hcl
    assert f"`{rule}`" in (repository / "docs" / "plugins.md").read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere",), "FOLDER: there is no folder 'nowhere'"),
        (("plugins/my_plugin.py",), "'plugins/my_plugin.py' is a file; name the folder"),
        (("empty",), "'empty' holds no file to pack"),
        (("plugins", "--out", "x.tar"), "--out: 'x.tar' does not end with .zip"),
        (("plugins", "--out", "folder.zip"), "--out: 'folder.zip' is a folder"),
        (("plugins", "--out", "plugins/p.zip"), "lies in 'plugins', which is to be packed"),
        (("loop",), "the link 'loop/a/back' leads back"),
        (("repository",), "'repository/sub' holds a .git"),
        (("broken",), "'broken/link.py' is neither a file nor a folder"),
    ],
)
def test_bad_input_gets_one_message(
    words: tuple[str, ...], message: str, plugins: Path
) -> None:
    top = plugins.parent
    for name in ("empty/__pycache__", "folder.zip", "loop/a", "repository/sub/.git", "broken"):
        (top / name).mkdir(parents=True)
    (top / "empty/__pycache__/a.pyc").touch()
    (top / "loop/a/back").symlink_to(top / "loop")
    (top / "broken/link.py").symlink_to("nothing")
    before = sorted(top.rglob("*"))
    code, said = pack(*words)
    assert (code, said.count("error:")) == (2, 1)
    assert message in said
    assert sorted(top.rglob("*")) == before


def test_what_cannot_be_written_leaves_what_was_there(plugins: Path) -> None:
    Path("file").write_text("kept")
    code, said = pack("plugins", "--out", "file/plugins.zip")
    assert code == 1
    assert "error: file/plugins.zip: it cannot be written:" in said
    assert Path("file").read_text() == "kept"


def test_the_operator_goes_into_the_zip_file_and_not_into_the_list(plugins: Path) -> None:
    (plugins / ".airflowignore").write_text("tests")
    assert pack("plugins", "--operator")[0] == 0
    with zipfile.ZipFile("plugins.zip") as archive:
        assert "mwaa_ecs_operator/ecs_operator.py" in archive.namelist()
        assert archive.read(".airflowignore") == b"tests\nmwaa_ecs_operator/\n"
        plugin = archive.read("mwaa_ecs_operator_plugin.py").decode()
    compile(plugin, "plugin", "exec")
    listed = json.loads(Path("plugins.zip.json").read_text())
    assert not [name for name in listed if "mwaa_ecs_operator" in name]
    assert pack("plugins", "--operator")[1].startswith("up to date")


def test_a_copy_of_the_operator_in_the_folder_is_refused(plugins: Path) -> None:
    (plugins / "mwaa_ecs_operator").mkdir()
    (plugins / "mwaa_ecs_operator" / "__init__.py").touch()
    code, said = pack("plugins", "--operator")
    assert code == 2
    assert "mwaa_ecs_operator/__init__.py" in said
    assert not Path("plugins.zip").exists()
