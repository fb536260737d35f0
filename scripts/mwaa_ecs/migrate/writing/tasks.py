"""Writes the tasks that calls need, as HCL or as the YAML of environments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from mwaa_ecs.migrate.judging.definitions import CPU, MEMORY, SCRATCH, Definition, Needs

HCL_FILE = "tasks.tf"
YAML_FOLDER = "tasks"
LOCAL = "docker_tasks"

_HEAD = f"""# Tasks for the module: tasks = local.{LOCAL}
# Each has {CPU} CPU units and {MEMORY} MiB, because a container of DockerOperator has no limit.
# Lower them once you know what a task uses.
"""


def task_of(definition: Definition, needs: Needs) -> dict[str, Any]:
    """Return a task as the module's variable `tasks` takes it."""
    task: dict[str, Any] = {"image": definition.image, "cpu": CPU, "memory": MEMORY}
    if definition.entry_point is not None:
        task["entry_point"] = list(definition.entry_point)
    if definition.user is not None:
        task["user"] = definition.user
    if definition.working_directory is not None:
        task["working_directory"] = definition.working_directory
    if needs.aliases:
        task["image_aliases"] = sorted(needs.aliases)
    if needs.secrets:
        task["secrets"] = dict(sorted(needs.secrets.items()))
    if needs.credentials:
        task["repository_credentials"] = {"credentials_parameter": needs.credentials}
    if definition.mounts:
        names = _volume_names(definition.mounts)
        task["volumes"] = {
            names[path]: {} if source == SCRATCH else _efs(source)
            for path, source in definition.mounts
        }
        task["mount_points"] = [
            {"source_volume": names[path], "container_path": path}
            for path, _ in definition.mounts
        ]
    return task


def _efs(source: str) -> dict[str, Any]:
    file_system, _, path = source.partition(":")
    found = {"file_system_id": file_system}
    if path and path != "/":
        found["root_directory"] = "/" + path.strip("/")
    return {"efs_volume_configuration": found}


def _volume_names(mounts: tuple[tuple[str, str], ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for path, _ in mounts:
        plain = re.sub(r"[^a-zA-Z0-9_-]+", "-", path).strip("-")[:100] or "root"
        name, number = plain, 2
        while name in names.values():
            name, number = f"{plain}-{number}", number + 1
        names[path] = name
    return names


def as_hcl(tasks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a file that `terraform fmt` leaves as it is."""
    if not tasks:
        return f"{_HEAD}locals {{\n  {LOCAL} = {{}}\n}}\n"
    return f"{_HEAD}locals {{\n  {LOCAL} = {_hcl(tasks, 1)}\n}}\n"


def _hcl(value: Any, depth: int) -> str:
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        inner = "  " * (depth + 1)
        lines = []
        for group in _aligned(value):
            width = max(len(_key(key)) for key in group)
            for key in group:
                shown = _hcl(value[key], depth + 1)
                lines.append(f"{inner}{_key(key):<{width}} = {shown}")
        return "{\n" + "\n".join(lines) + "\n" + "  " * depth + "}"
    if isinstance(value, list):
        if all(not isinstance(each, Mapping) for each in value):
            return "[" + ", ".join(_hcl(each, depth) for each in value) + "]"
        inner = "  " * (depth + 1)
        parts = [f"{inner}{_hcl(each, depth + 1)}" for each in value]
        return "[\n" + ",\n".join(parts) + "\n" + "  " * depth + "]"
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        return text.replace("${", "$${").replace("%{", "%%{")
    return json.dumps(value)


def _aligned(value: Mapping[str, Any]) -> list[list[str]]:
    """Return keys in the groups whose `=` are aligned: a value of several lines ends one."""
    groups: list[list[str]] = [[]]
    for key, each in value.items():
        several = (isinstance(each, Mapping) and bool(each)) or (
            isinstance(each, list) and any(isinstance(one, Mapping) for one in each)
        )
        if several:
            groups += [[key], []]
        else:
            groups[-1].append(key)
    return [group for group in groups if group]


def _key(key: str) -> str:
    return key if re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_-]*", key) else json.dumps(key)


def as_yaml(task: Mapping[str, Any]) -> str:
    """Return a task as a file of `environments/tasks`."""
    text: str = yaml.dump(
        _escaped(task),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=False,
    )
    return text


def _escaped(value: Any) -> Any:
    """Return a value in which `${` does not begin a name of the environments' YAML."""
    if isinstance(value, Mapping):
        return {key: _escaped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value.replace("${", "$${") if isinstance(value, str) else value


class _Dumper(yaml.SafeDumper):
    """Quotes every text value, and has no aliases: environments are read strictly."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
    plain = re.fullmatch(r"[a-z]+_[a-z_]+|image|cpu|memory|user|secrets|volumes", data)
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=None if plain else '"')


_Dumper.add_representer(str, _text)
