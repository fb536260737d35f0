"""Runs the native tests of every module, and of the root: no credentials, no local AWS."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.terraform import Terraform, find_terraform
from mwaa_ecs.terraform.configuration import copy_configuration
from running_provider import VARIABLE

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = [
    REPOSITORY,
    *sorted(path.parent for path in REPOSITORY.glob("modules/*/versions.tf")),
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_native_tests_pass(folder: Path, tmp_path: Path, attached_provider: str) -> None:
    copy = copy_configuration(folder, tmp_path / "copy")
    environ = {VARIABLE: attached_provider}
    assert list(copy.glob("tests/*.tftest.hcl")), "there are no native tests"
    Terraform(copy, environ=environ).init()
    done = subprocess.run(
        [str(find_terraform()), "test", "-json"],
        cwd=copy,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    summary = next(event["test_summary"] for event in events if "test_summary" in event)
    failures = [_describe(event) for event in events if event["@level"] == "error"]
    assert summary["status"] == "pass", "\n".join(failures)
    assert summary["passed"] > 0
    assert done.returncode == 0, done.stderr


def _describe(event: dict[str, Any]) -> str:
    """One error of `terraform test -json`: where it is, and what it says."""
    diagnostic = event.get("diagnostic", {})
    start = diagnostic.get("range", {})
    place = f"{start.get('filename')}:{start.get('start', {}).get('line')}"
    return f"{event['@message']} {place} {event.get('@testrun')}: {diagnostic.get('detail')}"
