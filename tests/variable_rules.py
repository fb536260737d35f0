"""The rules of a module's variables without its resources, so that a plan needs no provider."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mwaa_ecs.hcl import read_blocks
from mwaa_ecs.terraform import find_terraform

# Values that a plan of the root module reads from AWS.
_READ = {"account_id": '"123456789012"', "region": '"eu-west-1"', "partition": '"aws"'}
_PLACE = _READ | {f"provider_{name}": value for name, value in _READ.items()}
_CALLS_IN_A_PLAN = 30
_CALL = re.compile(r'in module[ .]"?([\w-]+)')


def write_rules(module: Path, target: Path) -> None:
    """Copy a module's variables, and the locals that their rules refer to.

    Args:
        module: Folder of the module.
        target: Folder to create.
    """
    target.mkdir()
    rules = sorted(module.glob("variables*.tf"))
    for file in rules:
        shutil.copy(file, target)
    known = {
        name: value.text
        for file in sorted(module.glob("*.tf"))
        for block in read_blocks(file.read_text(), file.name).named("locals")
        for name, value in block.attributes.items()
    } | _PLACE
    copied = {
        name
        for file in rules
        for block in read_blocks(file.read_text(), file.name).named("locals")
        for name in block.attributes
    }
    texts = [file.read_text() for file in rules]
    needed: dict[str, str] = {}
    while texts:
        for name in re.findall(r"\blocal\.(\w+)", texts.pop()):
            if name not in needed and name not in copied:
                needed[name] = known[name]
                texts.append(known[name])
    lines = [f"  {name} = {text}" for name, text in needed.items()]
    (target / "locals.tf").write_text("locals {\n" + "\n".join(lines) + "\n}\n")


def refusals(
    repository: Path, folder: Path, calls: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> dict[str, str]:
    """Plan the rules of modules with many inputs; return the messages.

    Some calls share a plan. What Terraform takes for a plan grows faster than the number of
    calls: for 215 together 20 s of processor time, for thirty at a time 14 s.

    Args:
        repository: The repository.
        folder: An empty folder.
        calls: By name, the module's folder in the repository and its inputs.

    Returns:
        The messages by name, each on one line.
    """
    names = list(calls)
    messages: dict[str, str] = {}
    for start in range(0, len(names), _CALLS_IN_A_PLAN):
        some = {name: calls[name] for name in names[start : start + _CALLS_IN_A_PLAN]}
        part = folder / str(start)
        part.mkdir()
        messages |= _refusals(repository, part, some)
    return messages


def _refusals(
    repository: Path, folder: Path, calls: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> dict[str, str]:
    blocks: dict[str, Any] = {}
    for name, (module, inputs) in calls.items():
        target = folder / (Path(module).name or "root")
        if not target.exists():
            write_rules(repository / module, target)
        # Constants would be checked by `validate`, which skips rules about several variables.
        values = {key: f'${{var.inputs["{name}"]["{key}"]}}' for key in inputs}
        blocks[name] = {"source": f"./{target.name}", **values}
    (folder / "main.tf.json").write_text(
        json.dumps({"variable": {"inputs": {"type": "any"}}, "module": blocks}, indent=2)
    )
    (folder / "terraform.tfvars.json").write_text(
        json.dumps({"inputs": {name: inputs for name, (_, inputs) in calls.items()}})
    )
    terraform = str(find_terraform())
    subprocess.run([terraform, "init"], cwd=folder, check=True, capture_output=True)
    done = subprocess.run(
        [terraform, "plan", "-no-color", "-input=false"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    messages: dict[str, str] = {}
    for error in re.sub(r"[\s│╷╵]+", " ", done.stderr).split("Error: ")[1:]:
        found = _CALL.search(error)
        assert found, error
        messages[found[1]] = messages.get(found[1], "") + error
    return messages
