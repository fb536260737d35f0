"""Values of an example's input variables, and the region that it works in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import HclError, Primitive, Variable, read_blocks, read_variables
from mwaa_ecs.hcl.files import bodies
from mwaa_ecs.hcl.literals import read_literal
from mwaa_ecs.hcl.slices import traversal
from mwaa_ecs.hcl.values import read_values
from mwaa_ecs.lint import lint, terraform_loads
from mwaa_ecs.problems import suggestion
from mwaa_ecs.terraform.configuration import aws_provider_names

_GIVEN = "the variables given by --var, --var-file or sandbox.yaml:"
REGION_VARIABLE = "region"
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d")


@dataclass(frozen=True)
class Inputs:
    """The inputs from the command line.

    Attributes:
        variables: `name=value` each, as in `terraform plan -var`.
        var_files: files of values, as in `terraform plan -var-file`.
        region: the region to work in.
    """

    variables: Sequence[str] = ()
    var_files: Sequence[Path] = ()
    region: str | None = None


@dataclass(frozen=True)
class Given:
    """Values of input variables.

    Attributes:
        values: by the variable's name.
        region: the region to work in; None where nobody says which.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    region: str | None = None


def read_inputs(folder: Path, settings: Mapping[str, Any], inputs: Inputs) -> Given:
    """Return the values of an example's variables, later ones over earlier ones.

    In this order: `sandbox.yaml`, the files, the single values.

    Args:
        folder: the example.
        settings: the values of `sandbox.yaml`.
        inputs: those of the command line.

    Raises:
        UserError: a value cannot be read, or the example does not declare its variable.
    """
    declared = read_variables(folder)
    _check(declared, settings, "sandbox.yaml: variables")
    values = dict(settings)
    for file in inputs.var_files:
        if not file.is_file():
            raise UserError(f"--var-file: there is no file {str(file)!r}")
        found = {name: read_literal(one) for name, one in read_values(file).items()}
        _check(declared, found, f"--var-file {file}")
        values |= found
    for text in inputs.variables:
        name, equals, value = text.partition("=")
        if not equals:
            raise UserError(f"--var: {text!r} must be NAME=VALUE")
        _check(declared, [name], "--var")
        values[name] = _parsed(declared[name], value)
    region = inputs.region
    if region is not None and not _REGION.fullmatch(region):
        raise UserError(f"--region: {region!r} must be the name of a region, e.g. 'eu-west-1'")
    if region is not None and REGION_VARIABLE in declared:
        values[REGION_VARIABLE] = region
    return Given(values, region or _own_region(folder, declared, values))


def refuse_dropped_attributes(
    folder: Path, fetched: Callable[[], Mapping[str, Path]], values: Path
) -> None:
    """Refuse attributes that Terraform would drop, in the files and in the values given.

    Args:
        folder: the example.
        fetched: returns the folders of fetched modules, by key.
        values: a file of the values that the command line and `sandbox.yaml` give.

    Raises:
        UserError: an attribute is unknown to the type of its value.
    """
    found = lint(folder, fetched, [*terraform_loads(folder), values]).findings
    if found:
        told = "\n".join(map(str, found))
        raise UserError(re.sub(rf"{re.escape(str(values))}[:0-9]*", _GIVEN, told))


def _check(
    declared: Mapping[str, Variable], names: Mapping[str, Any] | list[str], at: str
) -> None:
    for name in names:
        if name not in declared:
            have = suggestion(name, declared, "its variables") if declared else ""
            raise UserError(f"{at}: the example does not declare the variable {name!r}{have}")


def _parsed(variable: Variable, value: str) -> Any:
    """Return a value as Terraform reads one of a command line: HCL unless it is primitive."""
    if not variable.type_source or isinstance(variable.type, Primitive):
        return value
    try:
        return read_literal(read_blocks(f"value = {value}", "value").attributes["value"])
    except (HclError, KeyError):
        raise UserError(
            f"--var: {variable.name}={value!r} must be a value of Terraform's, e.g. "
            f'\'{variable.name}=["a", "b"]\''
        ) from None


def _own_region(
    folder: Path, declared: Mapping[str, Variable], values: Mapping[str, Any]
) -> str | None:
    """Return the region of the example's AWS provider, where it can be read."""
    loaded = {
        name: one for file in terraform_loads(folder) for name, one in read_values(file).items()
    }

    def value(name: str) -> str | None:
        if name in values:
            return _text(values[name])
        variable = declared.get(name)
        given = loaded.get(name) or (variable and variable.block.attributes.get("default"))
        return _text(read_literal(given)) if given else None

    names = aws_provider_names(folder, ("aws",))
    for body in bodies(folder, "provider"):
        for block in body.named("provider"):
            given = block.attributes.get("region")
            if not names.intersection(block.labels) or given is None:
                continue
            if "alias" in block.attributes:
                continue
            words = traversal(given.tokens)
            if words is not None and len(words) == 2 and words[0] == "var":
                return value(words[1])
            try:
                return _text(read_literal(given))
            except HclError:
                return None
    return value(REGION_VARIABLE)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and _REGION.fullmatch(value) else None
