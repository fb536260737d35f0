"""A small module to render for, and a folder of environments that is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mwaa_ecs.environments import EnvironmentFolder, Rendered, load_module, render

MODULE = """
variable "name" {
  description = "What everything is named after."
  type        = string
}

variable "tasks" {
  description = <<-EOT
    The tasks.
    - `cpu` and `memory`: one of the pairs.
  EOT
  type = map(object({
    image       = string
    command     = optional(list(string))
    environment = optional(map(string), {})
    cpu         = optional(number, 256)
    memory      = optional(number, 512)
    public      = optional(bool, false)
    sidecars    = optional(map(object({ image = string })), {})
  }))
  nullable = false
}

variable "network" {
  type = object({ subnet_ids = list(string), ports = optional(tuple([number, string])) })
}

variable "password" {
  type      = string
  default   = null
  sensitive = true
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "anything" {
  type    = any
  default = null
}
"""

DEFAULTS = """
region: eu-west-1
account_id: "111111111111"
inputs:
  name: etl-${environment}
  network:
    subnet_ids: [subnet-a1, subnet-b2]
  tasks:
    etl:
      image: ${account_id}.dkr.ecr.${region}.amazonaws.com/etl:1.4
"""

Write = Callable[[dict[str, str | bytes]], Path]
Render = Callable[..., list[Rendered]]


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files into a team's repository and return its folder of environments."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "variables.tf").write_text(MODULE)
    folder = tmp_path / "envs"
    folder.mkdir()
    (folder / "defaults.yaml").write_text(DEFAULTS)

    def write(files: dict[str, str | bytes]) -> Path:
        for name, text in files.items():
            path = folder / name
            if path.parent.is_file():
                path.parent.unlink()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return write


@pytest.fixture
def rendered(team: Write, tmp_path: Path) -> Render:
    """Render a team's files."""

    def run(files: dict[str, str | bytes], *names: str) -> list[Rendered]:
        return render(EnvironmentFolder(team(files), load_module(tmp_path)), names)

    return run
