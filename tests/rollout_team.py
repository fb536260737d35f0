"""A team's repository without AWS, and the commands that the team runs in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.terraform import find_terraform

MAIN = """
variable "word" { type = string }
variable "slow" {
  type    = bool
  default = false
}

resource "terraform_data" "word" {
  input            = var.word
  triggers_replace = length(var.word)
}

resource "terraform_data" "slow" {
  count = var.slow ? 1 : 0
  provisioner "local-exec" { command = "echo started > ${path.module}/started; sleep 30" }
  depends_on = [terraform_data.word]
}

check "word" {
  assert {
    condition     = var.word != "odd"
    error_message = "The word is odd."
  }
}

output "word" { value = terraform_data.word.output }
"""

COMMAND = """
import sys
sys.path[:] = {path!r}
import boto3
import rollout_team
boto3.Session = rollout_team.Session
from mwaa_ecs.cli import main
main()
"""

DEFAULTS = "region: eu-west-1\naccount_id: '111111111111'\n"


class Session:
    """Replaces boto3.Session: the test sets the caller."""

    account = "111111111111"
    arn = "arn:aws:iam::111111111111:user/me"
    error: Exception | None = None
    assumed: list[str] = []  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        self.account_id = "222222222222" if "aws_access_key_id" in options else self.account

    def client(self, _: str) -> Session:
        return self

    def get_caller_identity(self) -> dict[str, str]:
        if self.error is not None:
            raise self.error
        return {"Account": self.account_id, "Arn": self.arn}

    def assume_role(self, RoleArn: str, **_: str) -> dict[str, Any]:  # noqa: N803
        self.assumed.append(RoleArn)
        keys = {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
        return {"Credentials": keys}


class Team:
    """A team's repository, and the commands that the team runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.yaml("defaults", DEFAULTS)
        self.yaml("dev", "inputs: {word: hello}\n")
        (folder / "main.tf").write_text(MAIN)

    def yaml(self, name: str, text: str) -> None:
        path = self.folder / "environments" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def run(self, *words: str, given: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(app, list(words), input=given)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    def run_split(self, *words: str) -> tuple[int, str, str]:
        """Run a command; return its exit code, stdout and stderr."""
        done = CliRunner().invoke(app, list(words))
        return done.exit_code, done.stdout, done.stderr

    def begin(
        self, *words: str, file: str = "started", **options: Any
    ) -> subprocess.Popen[str]:
        """Start a command in its own process, and wait until `file` exists."""
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND.format(path=sys.path), *words],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )
        for _ in range(3000):
            if (self.folder / file).exists() or process.poll() is not None:
                return process
            time.sleep(0.1)
        raise AssertionError(f"{words} did not create {file}")

    def begin_slow_apply(self, **options: Any) -> subprocess.Popen[str]:
        """Start an apply that takes long, and wait until it is in the middle."""
        self.yaml("dev", "inputs: {word: hello, slow: true}\n")
        return self.begin("apply", "dev", "--auto-approve", "--new-state", **options)

    def forget_everything(self) -> None:
        """Delete what Git ignores, so that the folder is like a fresh checkout."""
        shutil.rmtree(self.folder / ".mwaa-ecs")

    @property
    def made(self) -> list[str]:
        """The addresses in the state."""
        return [f"{item['type']}.{item['name']}" for item in self.state["resources"]]

    def terraform(self, script: str) -> None:
        """Put a `terraform` on PATH that runs `script` before the real one."""
        real = shutil.which("terraform")
        folder = self.folder / "bin"
        folder.mkdir()
        (folder / "terraform").write_text(f'#!/bin/sh\n{script}\nexec {real} "$@"\n')
        (folder / "terraform").chmod(0o755)
        find_terraform.cache_clear()
        os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"

    @property
    def state(self) -> dict[str, Any]:
        path = self.folder / "environments" / "dev.tfstate"
        found: dict[str, Any] = json.loads(path.read_text())
        return found
