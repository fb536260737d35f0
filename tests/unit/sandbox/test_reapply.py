"""`sandbox up --reapply`: a change of the HCL is applied again, and its result is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mwaa_ecs.errors import OperationError
from mwaa_ecs.sandbox.reapply import Reapply


class _Sandbox:
    """An example with a local module, and what was told of it."""

    def __init__(self, folder: Path) -> None:
        self.example, self.module = folder / "example", folder / "module"
        self.told: list[tuple[str, str]] = []
        self.applied = 0
        self.failure: Exception | None = None
        for place in (self.example, self.module):
            place.mkdir()
        (self.module / "main.tf").write_text("# one")
        (self.example / "main.tf").write_text('module "m" {\n  source = "../module"\n}\n')
        self.reapply = Reapply(self.example, self.apply, lambda *line: self.told.append(line))

    def apply(self, check: Callable[[], None]) -> str:
        check()
        self.applied += 1
        if self.failure is not None:
            raise self.failure
        return "applied: 1 changed"


@pytest.fixture
def sandbox(tmp_path: Path) -> _Sandbox:
    """An example that is applied."""
    return _Sandbox(tmp_path)


def test_nothing_happens_while_no_file_of_terraform_changes(sandbox: _Sandbox) -> None:
    (sandbox.example / "dag.py").write_text("x")
    sandbox.reapply.look()
    assert (sandbox.applied, sandbox.told) == (0, [])


def test_a_changed_file_is_applied_once_and_the_result_is_told(sandbox: _Sandbox) -> None:
    (sandbox.example / "prod.auto.tfvars").write_text("x = 1")
    sandbox.reapply.look()
    sandbox.reapply.look()
    assert sandbox.applied == 1
    assert sandbox.told == [
        ("apply", "prod.auto.tfvars changed: Terraform applies it"),
        ("apply", "applied: 1 changed"),
    ]


def test_a_changed_or_removed_file_of_a_local_module_counts(sandbox: _Sandbox) -> None:
    (sandbox.module / "main.tf").write_text("# two, longer")
    sandbox.reapply.look()
    (sandbox.module / "main.tf").unlink()
    sandbox.reapply.look()
    assert sandbox.applied == 2


def test_a_mistake_is_told_and_its_correction_is_applied(sandbox: _Sandbox) -> None:
    good = (sandbox.example / "main.tf").read_text()
    sandbox.failure = OperationError("main.tf:1: a brace is missing")
    (sandbox.example / "main.tf").write_text("module {")
    sandbox.reapply.look()
    assert sandbox.told[-1] == ("error", "it is not applied: main.tf:1: a brace is missing")
    sandbox.failure = None
    (sandbox.example / "main.tf").write_text(good + "# better\n")
    sandbox.reapply.look()
    assert sandbox.told[-1] == ("apply", "applied: 1 changed")


def test_the_end_of_the_sandbox_ends_terraform(sandbox: _Sandbox) -> None:
    begun = threading.Event()

    def apply(check: Callable[[], None]) -> str:
        begun.set()
        while True:
            check()

    with Reapply(sandbox.example, apply, lambda *line: sandbox.told.append(line)):
        (sandbox.example / "main.tf").write_text("# changed")
        assert begun.wait(timeout=60)
    assert [kind for kind, _ in sandbox.told] == ["apply"]
    assert not any(one.name == "reapply" for one in threading.enumerate())
