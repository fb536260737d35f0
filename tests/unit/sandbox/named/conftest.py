"""A folder of its own for the names of the sandboxes that a test starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_ecs.sandbox.named.registry import FOLDER


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the names; temporary folders of sandboxes are in there too."""
    found = tmp_path / "state"
    monkeypatch.setenv(FOLDER, str(found))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return found
