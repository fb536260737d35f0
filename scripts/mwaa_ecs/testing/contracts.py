"""Makes the tasks' contracts visible in a plan of a copy.

A contract is one string of JSON in a parameter. While its security group does not exist, the
whole string is unknown. An output of the same values shows the parts that are known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mwaa_ecs.hcl import read_outputs, read_variables
from mwaa_ecs.plan.raw import CONTRACTS
from mwaa_ecs.terraform.modules import ModuleCall, module_calls, module_folder

_FILE = f"{CONTRACTS}.tf"
_OWN = "contracts"


def expose_contracts(copy: Path) -> None:
    """Add an output with all contracts to an initialised copy, and to the modules inside it.

    Args:
        copy: the copy of the root configuration.
    """
    manifest = copy / ".terraform/modules/modules.json"
    found: dict[str, Path] = {}
    if manifest.is_file():
        entries = json.loads(manifest.read_text(encoding="utf-8")).get("Modules", [])
        found = {entry["Key"]: copy / entry["Dir"] for entry in entries}
    _expose(copy, "", found, ())


def _expose(
    folder: Path, prefix: str, fetched: Mapping[str, Path], callers: tuple[Path, ...]
) -> bool:
    """Add the output to one folder; return whether there is anything to expose."""
    if folder in callers:
        return False
    if (folder / _FILE).exists():
        return True
    parts = []
    for call in module_calls(folder):
        key = f"{prefix}{call.name}"
        target = module_folder(call, folder, key, fetched.get)
        if target is None:
            continue
        if _has_contracts(target):
            parts.append(_of_call(call, own=True))
        elif _expose(target, f"{key}.", fetched, (*callers, folder)):
            parts.append(_of_call(call, own=False))
    if parts:
        lines = "".join(f"    {part},\n" for part in parts)
        value = f"merge(\n{lines}  )"
        # Sensitive, so that a cluster's name from a sensitive value is no error.
        (folder / _FILE).write_text(
            f'output "{CONTRACTS}" {{\n  sensitive = true\n  value = {value}\n}}\n',
            encoding="utf-8",
        )
    return bool(parts)


def _of_call(call: ModuleCall, *, own: bool) -> str:
    """Return an expression for the contracts of a call, by the address of each instance."""
    address = f"module.{call.name}"

    def of(instance: str, label: str) -> str:
        if own:
            return f'{{ "{label}" = {instance}.{_OWN} }}'
        inner = f"{instance}.{CONTRACTS}"
        return f'{{ for inner, tasks in {inner} : "{label}.${{inner}}" => tasks }}'

    if not {"count", "for_each"} & call.block.attributes.keys():
        return of(address, address)
    each = of("instance", f"{address}[${{jsonencode(key)}}]")
    return f"merge([for key, instance in {address} : {each}]...)"


def _has_contracts(folder: Path) -> bool:
    outputs = {output.name for output in read_outputs(folder)}
    return _OWN in outputs and "ssm_prefix" in read_variables(folder)
