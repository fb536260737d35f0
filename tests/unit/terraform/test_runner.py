"""What a user of the `Terraform` class notices, on configurations that need no provider."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mwaa_ecs.processes import Identity
from mwaa_ecs.terraform import Event, Output, Terraform, TerraformError
from mwaa_ecs.terraform.errors import Diagnostic

CONFIGURATION = """
variable "word" {
  type = string
}

resource "terraform_data" "this" {
  input = var.word
}

check "word" {
  assert {
    condition     = var.word != "odd"
    error_message = "The word is odd."
  }
}

output "word" {
  value = terraform_data.this.output
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(CONFIGURATION)
    return tmp_path


@pytest.fixture
def words(tmp_path: Path) -> Callable[..., Path]:
    def write(**variables: object) -> Path:
        path = tmp_path / "words.tfvars.json"
        path.write_text(json.dumps(variables))
        return path

    return write


def test_a_configuration_is_planned_applied_planned_again_and_destroyed(
    folder: Path, words: Callable[..., Path]
) -> None:
    terraform = Terraform(folder)
    var_file = words(word="hello")
    terraform.init()
    assert terraform.plan(folder / "plan", var_file=var_file) is True
    terraform.apply(folder / "plan")
    assert terraform.output() == {"word": Output("hello")}
    assert terraform.state_addresses() == ["terraform_data.this"]
    assert terraform.plan(folder / "plan", var_file=var_file) is False
    terraform.destroy(var_file=var_file)
    assert terraform.state_addresses() == []


def test_events_arrive_while_a_command_runs(folder: Path, words: Callable[..., Path]) -> None:
    events: list[Event] = []
    terraform = Terraform(folder, on_event=events.append)
    terraform.init()
    terraform.plan(folder / "plan", var_file=words(word="hello"))
    terraform.apply(folder / "plan")
    kinds = [event["type"] for event in events]
    assert "planned_change" in kinds
    assert kinds.index("apply_start") < kinds.index("apply_complete")


def test_an_error_says_what_and_where(folder: Path) -> None:
    terraform = Terraform(folder)
    terraform.init()
    with pytest.raises(TerraformError) as caught:
        terraform.plan(folder / "plan")
    assert "No value for required variable (main.tf:2)" in str(caught.value)
    assert caught.value.diagnostics[0].line == 2


def test_an_error_of_the_provider_has_the_remedy_at_the_end_of_the_modules_line() -> None:
    said = Diagnostic.from_json(
        {
            "summary": "couldn't find resource",
            "snippet": {"code": 'data "aws_bucket" "this" { # Correct bucket.existing.arn.'},
        }
    )
    assert str(said) == "couldn't find resource\nCorrect bucket.existing.arn."


def test_a_configuration_that_cannot_be_read_is_shown_as_terraform_shows_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "main.tf").write_text("resource {")
    with pytest.raises(TerraformError, match="Missing type for resource"):
        Terraform(tmp_path).init()


def test_a_variable_that_is_not_declared_only_warns(
    folder: Path, words: Callable[..., Path]
) -> None:
    events: list[Event] = []
    terraform = Terraform(folder, on_event=events.append)
    terraform.init()
    assert terraform.plan(folder / "plan", var_file=words(word="hello", nonsense=1)) is True
    summaries = [event["diagnostic"]["summary"] for event in events if "diagnostic" in event]
    assert "Value for undeclared variable" in summaries


def test_much_output_on_stderr_does_not_hang(tmp_path: Path) -> None:
    noisy = tmp_path / "noisy"
    noisy.write_text("#!/bin/sh\nhead -c 400000 /dev/zero | tr '\\0' x >&2\necho '{}'\n")
    noisy.chmod(0o755)
    assert Terraform(tmp_path, program=noisy).output() == {}


def test_the_environment_can_be_added_to_and_taken_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    program.write_text(
        '#!/bin/sh\necho "{\\"seen\\": {\\"value\\": \\"${GIVEN-unset} ${TAKEN-unset}\\"}}"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("TAKEN", "there")
    terraform = Terraform(tmp_path, program=program, environ={"GIVEN": "1", "TAKEN": None})
    assert terraform.output() == {"seen": Output("1 unset")}


def test_terraform_of_a_sandbox_that_is_killed_ends_with_it(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        textwrap.dedent("""
        resource "terraform_data" "slow" {
          provisioner "local-exec" {
            command = "echo $$ $PPID > pids.new; mv pids.new pids; sleep 600"
          }
        }
        """)
    )
    script = textwrap.dedent("""
        from pathlib import Path
        from mwaa_ecs.terraform import Terraform
        terraform = Terraform(Path.cwd(), ends_with_us=True)
        terraform.init()
        terraform.plan(Path("plan").absolute())
        terraform.apply(Path("plan").absolute())
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    until((tmp_path / "pids").exists)
    found = [Identity.find(int(pid)) for pid in (tmp_path / "pids").read_text().split()]
    assert None not in found
    process.kill()
    process.wait()
    until(lambda: not any(each.is_running for each in found if each))


def until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it does not happen")


def test_an_interrupt_lets_terraform_end_and_keeps_the_state(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        textwrap.dedent("""
        resource "terraform_data" "first" {
        }
        resource "terraform_data" "slow" {
          depends_on = [terraform_data.first]
          provisioner "local-exec" {
            command = "touch started; sleep 3"
          }
        }
        resource "terraform_data" "last" {
          depends_on = [terraform_data.slow]
        }
        """)
    )
    script = textwrap.dedent("""
        from pathlib import Path
        from mwaa_ecs.terraform import Terraform
        terraform = Terraform(Path.cwd())
        terraform.init()
        terraform.plan(Path("plan").absolute())
        try:
            terraform.apply(Path("plan").absolute())
        except KeyboardInterrupt:
            print("interrupted")
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    until((tmp_path / "started").exists)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=300)
    assert output == "interrupted\n"
    state = json.loads((tmp_path / "terraform.tfstate").read_text())
    assert "first" in [resource["name"] for resource in state["resources"]]
    assert "last" not in [resource["name"] for resource in state["resources"]]
    assert not (tmp_path / ".terraform.tfstate.lock.info").exists()
