"""The shapes in which people write their calls, and the verdict of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mwaa_ecs.migrate.answers import Answers
from mwaa_ecs.migrate.migration import migrate
from unit.migrate.inputs import INPUTS

MARK = re.compile(r"#: (\w+) (\w+) (\w+) (\S+)")


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.removeprefix("\n"), newline="")
    return folder


@pytest.mark.parametrize("name", INPUTS)
def test_each_call_is_found_with_its_verdict(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "dags", INPUTS[name])
    expected = [
        (file, number, *mark.groups()[:3], mark[4])
        for file in sorted(INPUTS[name])
        for number, line in enumerate((folder / file).read_text().splitlines(), start=1)
        if (mark := MARK.search(line))
    ]
    found = [
        (
            call.file,
            call.line,
            call.kind,
            call.verdict,
            call.edit,
            ",".join(reason.code for reason in call.reasons) or "-",
        )
        for result in migrate(folder, Answers(), dags=None, shipped=None).files()
        for call in result.calls
    ]
    assert found == expected
