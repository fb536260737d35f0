"""Turns a file of variables into the YAML of an environment."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl.files import read_source
from mwaa_ecs.hcl.literals import read_literal
from mwaa_ecs.hcl.values import read_values
from mwaa_ecs.strict_yaml.writer import yaml_text

_MISSING = (
    ("region", "eu-west-1", "the AWS region"),
    ("account_id", '"111111111111"', "the AWS account, in quotes"),
)


def yaml_from_tfvars(
    path: Path, *, region: str | None = None, account_id: str | None = None
) -> tuple[str, list[str]]:
    """Return the YAML that renders to the values of a file.

    A null is left out: it gives the default of an attribute, as a missing one does.

    Args:
        path: a `*.tfvars` or `*.tfvars.json` file.
        region: the environment's region; a line to complete where it is not given.
        account_id: its account; likewise.

    Returns:
        The YAML, and the paths of the nulls that it leaves out.

    Raises:
        UserError: the file cannot be read, or has a value that no YAML file can have.
    """
    if not path.is_file():
        raise UserError(f"FILE: there is no file {str(path)!r}; name a *.tfvars file")
    values = _values(path)
    nulls: list[str] = []
    inputs = {
        name: _converted(value, name, path, nulls)
        for name, value in values.items()
        if not _is_null(value, name, nulls)
    }
    given = {"region": region, "account_id": account_id}
    lines = "".join(
        yaml_text({name: value})
        if (value := given[name]) is not None
        else f"# {name}: {example}  # required: {what}\n"
        for name, example, what in _MISSING
    )
    return f"{lines}{yaml_text({'inputs': inputs})}", nulls


def _values(path: Path) -> dict[str, Any]:
    if not path.name.endswith(".json"):
        return {name: read_literal(given) for name, given in read_values(path).items()}
    # In JSON, Terraform takes the strings of variables as they are, also with `${`.
    try:
        found = json.loads(read_source(path))
    except ValueError as error:
        raise UserError(f"{path}: it is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise UserError(f"{path}: it is not a JSON object; expected values by variable")
    return found


def _converted(value: Any, where: str, path: Path, nulls: list[str]) -> Any:
    if isinstance(value, str):
        # `${` begins a name in YAML.
        return value.replace("${", "$${")
    if isinstance(value, dict):
        for key in value:
            if "${" in str(key):
                raise UserError(
                    f"{path}: {where} has the key {key!r}; in YAML, no key can contain ${{. "
                    "Rename it"
                )
        return {
            str(key): _converted(item, f"{where}.{key}", path, nulls)
            for key, item in value.items()
            if not _is_null(item, f"{where}.{key}", nulls)
        }
    if isinstance(value, list):
        return list(_elements(value, where, path, nulls))
    if isinstance(value, float) and not math.isfinite(value):
        raise UserError(f"{path}: {where} is {value}; expected a number that YAML can have")
    return value


def _elements(value: list[Any], where: str, path: Path, nulls: list[str]) -> Iterator[Any]:
    for number, item in enumerate(value):
        if item is None:
            raise UserError(
                f"{path}: {where}[{number}] is null, which is not accepted in a list; remove it"
            )
        yield _converted(item, f"{where}.{number}", path, nulls)


def _is_null(value: Any, where: str, nulls: list[str]) -> bool:
    if value is None:
        nulls.append(where)
    return value is None
