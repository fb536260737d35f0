"""Copies a configuration, so that the copy uses neither its state nor its account.

This module writes nothing into the user's folder. One override file in the copy replaces its
backend and its credentials, by Terraform's own rules.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import Any

from mwaa_ecs.hcl import Block, HclError, read_blocks
from mwaa_ecs.hcl.files import bodies, read_source
from mwaa_ecs.hcl.literals import read_literal
from mwaa_ecs.terraform.modules import module_calls
from mwaa_ecs.terraform.outside_files import outside_files

LOCK = ".terraform.lock.hcl"

# Terraform applies override files in the order of their names: this one comes last.
_OVERRIDE = "zz_mwaa_ecs_override.tf.json"
_LEFT_BEHIND = frozenset(("__pycache__", "node_modules", "crash.log", LOCK))

# Arguments of a provider block for caller and endpoints. Null leaves them to the environment.
_CALLER = frozenset(
    (
        "profile",
        "access_key",
        "secret_key",
        "token",
        "shared_config_files",
        "shared_credentials_files",
        "allowed_account_ids",
        "forbidden_account_ids",
        "http_proxy",
        "https_proxy",
    )
)
_CALLER_BLOCKS = frozenset(("assume_role", "assume_role_with_web_identity", "endpoints"))
_PROVIDERS = ("aws", "awscc")


def copy_configuration(folder: Path, target: Path) -> Path:
    """Copy `folder`, the local modules it refers to, and files it names; return its copy.

    Relative paths keep working, because everything keeps its place below the common folder.
    Links are replaced by copies of their targets. Hidden folders, state and Terraform's own
    files are not copied.

    Raises:
        UserError: a local module of the configuration does not exist, a file cannot be read, or
            what it names outside its folder is too large.
    """
    folders = local_modules(folder)
    outside = outside_files(
        folders, folder.resolve(), lambda path: _stays(path.parent, path.name)
    )
    paths = sorted({*folders, *outside})
    top = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))
    copied: list[Path] = []
    for current in paths:
        # In this order a folder comes before those inside it, which are copied with it.
        if any(current.is_relative_to(done) for done in copied):
            continue
        place = target / current.relative_to(top)
        if current.is_dir():
            shutil.copytree(current, place, ignore=_left_behind, dirs_exist_ok=True)
            copied.append(current)
        elif not _stays(current.parent, current.name):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(current, place)
    return target / folder.resolve().relative_to(top)


def copy_lock(folder: Path, copy: Path, *, hashes: bool) -> None:
    """Copy the lock file of the providers' versions, if the configuration has one.

    Args:
        folder: the configuration.
        copy: its copy.
        hashes: whether to keep the hashes. Hashes of a registry's archives do not match a
            provider that comes unpacked from a mirror.

    Raises:
        UserError: the lock file cannot be read.
    """
    lock = folder / LOCK
    if not lock.is_file():
        return
    text = read_source(lock)
    if not hashes:
        kept = [
            (block.labels[0], block.attributes["version"].text)
            for block in read_blocks(text, str(lock)).named("provider")
            if block.labels and "version" in block.attributes
        ]
        text = "\n".join(
            f'provider "{source}" {{\n  version = {version}\n}}' for source, version in kept
        )
    (copy / LOCK).write_text(f"{text}\n", encoding="utf-8")


def keep_state_here(copy: Path) -> None:
    """Override the backend of a copy, so that its state stays in its own folder.

    Raises:
        UserError: a file cannot be read.
    """
    kinds = {
        block.kind
        for word in ("backend", "cloud")
        for body in bodies(copy, word)
        for terraform in body.named("terraform")
        for block in terraform.blocks
    }
    if kinds & {"backend", "cloud"}:
        _override(copy, {"terraform": {"backend": {"local": {}}}})


def call_as_the_environment(copy: Path) -> None:
    """Override the AWS providers of a copy to take caller and endpoints from the environment.

    Raises:
        UserError: a file cannot be read.
    """
    for folder in local_modules(copy):
        names = aws_provider_names(folder)
        found: dict[str, list[dict[str, Any]]] = {}
        for body in bodies(folder, "provider"):
            for block in body.named("provider"):
                settings = _without_caller(block)
                if settings and block.labels and block.labels[0] in names:
                    found.setdefault(block.labels[0], []).append(settings)
        if found:
            _override(folder, {"provider": found})


def aws_provider_names(folder: Path, types: Container[str] = _PROVIDERS) -> frozenset[str]:
    """Return the local names of the AWS providers in a folder, by `required_providers`.

    Args:
        folder: the folder of a module.
        types: the types of HashiCorp's providers to look for.

    Raises:
        UserError: a file cannot be read.
    """
    names = {name: name for name in _PROVIDERS}
    for body in bodies(folder, "required_providers"):
        for terraform in body.named("terraform"):
            for required in terraform.named("required_providers"):
                for name, given in required.attributes.items():
                    with suppress(HclError):
                        read = read_literal(given)
                        source = read.get("source") if isinstance(read, dict) else None
                        if isinstance(source, str):
                            owner, _, names[name] = source.lower().rpartition("/")
                            if owner.rpartition("/")[2] != "hashicorp":
                                names[name] = ""
    return frozenset(name for name, kind in names.items() if kind in types)


def _without_caller(block: Block) -> dict[str, Any]:
    """Return the arguments that override a provider block; empty where none is needed."""
    attributes = _CALLER & block.attributes.keys()
    blocks = _CALLER_BLOCKS & {inner.kind for inner in block.blocks}
    # In JSON syntax a nested block looks like an attribute.
    blocks |= _CALLER_BLOCKS & block.attributes.keys()
    if not attributes and not blocks:
        return {}
    settings: dict[str, Any] = dict.fromkeys(sorted(attributes))
    if blocks:
        # A block cannot be null, but a dynamic block without elements replaces it.
        none: dict[str, Any] = {"for_each": [], "content": {}}
        settings["dynamic"] = dict.fromkeys(sorted(blocks), none)
    alias = block.attributes.get("alias")
    if alias is not None:
        settings["alias"] = read_literal(alias)
    return settings


def _override(folder: Path, settings: dict[str, Any]) -> None:
    path = folder / _OVERRIDE
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**known, **settings}, indent=2), encoding="utf-8")


def _left_behind(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if _stays(Path(folder), name)}


def _stays(folder: Path, name: str) -> bool:
    path = folder / name
    if name in _LEFT_BEHIND or ".tfstate" in name or name.endswith(".tfplan"):
        return True
    if path.is_dir():
        # A link to a folder above it would be followed forever.
        target = path.resolve()
        circle = path.is_symlink() and any(
            target == above.resolve() for above in (folder, *folder.parents)
        )
        return name.startswith(".") or circle
    # A link may be broken, and reading from a pipe would never end.
    return not path.is_file()


def local_modules(folder: Path) -> list[Path]:
    """Return `folder` and every local module that it refers to, at any depth.

    Raises:
        UserError: a module does not exist, or a file cannot be read.
    """
    found: list[Path] = []
    waiting = [folder.resolve()]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.append(current)
        for call in module_calls(current):
            if not call.is_local:
                continue
            module = (current / str(call.source)).resolve()
            if not module.is_dir():
                raise HclError(
                    f"{call.block.source.name}:{call.block.line}: module source "
                    f"{call.source!r} leads to {module}, which is not a folder"
                )
            waiting.append(module)
    return found
