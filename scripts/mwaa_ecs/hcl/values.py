"""Reads files of values: `*.tfvars` and `*.tfvars.json`."""

from __future__ import annotations

from pathlib import Path

from mwaa_ecs.hcl.blocks import Expression, read_blocks
from mwaa_ecs.hcl.files import read_source
from mwaa_ecs.hcl.json_syntax import read_json_values


def read_values(path: Path) -> dict[str, Expression]:
    """Return the values of a file by the variable's name.

    Raises:
        HclError: the file cannot be read.
    """
    text = read_source(path)
    if path.name.endswith(".json"):
        return read_json_values(text, str(path))
    return read_blocks(text, str(path)).attributes
