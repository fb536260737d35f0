"""The shapes in which people write their calls, and the verdict of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mwaa_ecs.migrate.answers import Answers
from mwaa_ecs.migrate.migration import migrate
from unit.migrate.inputs import INPUTS
from unit.migrate.inputs_of_python import PYTHON

MARK = re.compile(r"#: (\w+) (\w+) (\w+) (\S+)(?: (\S+))?$")


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.removeprefix("\n"), newline="")
    return folder


ALL = {**INPUTS, **PYTHON}


@pytest.mark.parametrize("name", ALL)
def test_each_call_is_found_with_its_verdict(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "dags", ALL[name])
    expected = [
        (file, number, *mark.groups())
        for file in sorted(ALL[name])
        for number, line in enumerate((folder / file).read_text().splitlines(), start=1)
        if (mark := MARK.search(line))
    ]
    with_images = {(file, line) for file, line, *_, images in expected if images}
    found = [
        (
            call.file,
            call.line,
            call.kind,
            call.verdict,
            call.edit,
            ",".join(reason.code for reason in call.reasons) or "-",
            ",".join(sorted(call.images)) if (call.file, call.line) in with_images else None,
        )
        for result in migrate(folder, Answers(), dags=None, shipped=None).files()
        for call in result.calls
    ]
    assert found == expected
