"""Writes the native tests of what is refused of a task, and of what is legal beside it.

Usage: make docs

The tasks are those of task_tables, which know the messages too. A test beside those of the
messages, tests/plan/test_task_mistakes.py, fails where the files are stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from task_tables import GROUPS, MISTAKES, Task

REPOSITORY = Path(__file__).resolve().parent.parent

_PROVIDER = """\
# Written by tests/write_task_tests.py from tests/task_tables: change those.
# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""

_OF_THE_MODULE = """
variables {
  name               = "wrong"
  execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  region             = "eu-west-1"
  account_id         = "123456789012"
  partition          = "aws"
}
"""

_OF_THE_ROOT = """
override_data {
  target = data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_subnet.first
  values = { id = "subnet-0a1", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_subnet.others
  values = { id = "subnet-0b2", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_ecs_cluster.existing
  values = { status = "ACTIVE" }
}

variables {
  name         = "legal"
  network      = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  cluster      = { arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/legal" }
  default_task = "first"
}
"""


def native_tests() -> Iterator[tuple[Path, str]]:
    """Yield each file and what stands in it."""
    folder = REPOSITORY / "modules" / "task-definition" / "tests"
    for group, mistakes in GROUPS.items():
        runs = [_refused(mistake.name, mistake.wrong) for mistake in mistakes]
        yield (
            folder / f"mistakes_in_{group}.tftest.hcl",
            "\n".join((_PROVIDER + _OF_THE_MODULE, *runs)),
        )
    first: dict[str, Task] = {"first": {}}
    tasks = first | {mistake.name: mistake.right for mistake in MISTAKES}
    yield (
        REPOSITORY / "tests" / "legal_tasks.tftest.hcl",
        _PROVIDER + _OF_THE_ROOT + _legal(tasks),
    )


def _refused(name: str, task: Task) -> str:
    return f"""\
run "{name}_is_refused" {{
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables {{ task = {_hcl({"image": "etl:1", **task})} }}
}}
"""


def _legal(tasks: dict[str, Task]) -> str:
    width = max(map(len, tasks))
    lines = "\n".join(
        f"      {name.ljust(width)} = {_hcl({'image': 'etl:1', **task})}"
        for name, task in tasks.items()
    )
    return f"""
run "what_is_legal_beside_each_mistake_is_planned" {{
  command = plan

  variables {{
    tasks = {{
{lines}
    }}
  }}

  assert {{
    condition     = length(output.tasks) == {len(tasks)}
    error_message = "There are ${{length(output.tasks)}} tasks."
  }}
}}
"""


def _hcl(value: Any) -> str:
    """Return a value as an expression on one line."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_hcl(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_hcl, value))}]"
    return json.dumps(value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) else json.dumps(key)


if __name__ == "__main__":
    for path, text in native_tests():
        path.write_text(text, encoding="utf-8")
