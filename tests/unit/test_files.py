"""Files are replaced as a whole; pipes and devices are written to."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from mwaa_ecs.errors import OperationError
from mwaa_ecs.files import make_folder, write_whole


def test_a_file_is_replaced_and_no_draft_is_left(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.json"
    for content in ("old", b"new"):
        write_whole(file, content)
    assert file.read_text() == "new"
    assert list(file.parent.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    link = tmp_path / "link"
    link.symlink_to("real")
    write_whole(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    write_whole(pipe, "through")
    reader.join(timeout=60)
    assert read == ["through"]
    assert pipe.is_fifo()


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OperationError, match="it cannot be written: Is a directory"):
        write_whole(tmp_path / "folder", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_keeps_its_mode_and_a_new_one_with_secrets_is_its_owners_alone(
    tmp_path: Path,
) -> None:
    narrow, wide, new = tmp_path / "narrow", tmp_path / "wide", tmp_path / "new"
    for path, mode in ((narrow, 0o600), (wide, 0o664)):
        path.touch()
        path.chmod(mode)
        write_whole(path, "text")
        assert path.stat().st_mode & 0o777 == mode
    write_whole(new, "secret", private=True)
    assert new.stat().st_mode & 0o777 == 0o600


def test_a_folder_for_secrets_can_be_entered_by_its_owner_alone(tmp_path: Path) -> None:
    make_folder(tmp_path / "above" / "folder", private=True)
    assert (tmp_path / "above" / "folder").stat().st_mode & 0o077 == 0
