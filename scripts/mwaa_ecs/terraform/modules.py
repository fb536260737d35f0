"""The modules that a configuration calls: the source and the folder of each.

`terraform get` fetches modules from a registry or a repository, and needs no provider. Fetched
modules stay valid while the calls have the same sources and versions, and Terraform's manifest
is unchanged.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.errors import OperationError
from mwaa_ecs.files import make_folder, read_text, write_whole
from mwaa_ecs.hcl import AnyType, Block, HclError, Variable, read_variables
from mwaa_ecs.hcl.files import declared
from mwaa_ecs.hcl.literals import read_literal
from mwaa_ecs.terraform.errors import TerraformError
from mwaa_ecs.terraform.runner import Terraform

_RECORD = "mwaa-ecs-modules.json"
_REGISTRY = "registry.terraform.io"


@dataclass(frozen=True)
class ModuleCall:
    """A `module` block.

    Attributes:
        source: its source; None where an expression computes it.
        version: its version constraint; empty where it has none.
    """

    name: str
    block: Block
    source: str | None
    version: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the source is a folder, relative to the configuration."""
        return self.source is not None and self.source.startswith(("./", "../"))


def module_calls(folder: Path) -> list[ModuleCall]:
    """Return the module calls of a folder.

    Raises:
        HclError: a file cannot be read.
    """
    return [
        ModuleCall(name, block, _text(block, "source"), _text(block, "version") or "")
        for name, block in declared(folder, "module").items()
    ]


def _text(block: Block, name: str) -> str | None:
    given = block.attributes.get(name)
    if given is None:
        return None
    try:
        return str(read_literal(given))
    except HclError:
        # Two expressions count as equal where their texts are.
        return None if name == "source" else given.text


Find = Callable[[str], Path | None]
"""Returns the folder of a fetched module by its key: the names of the calls, joined by dots."""


def typed_variables(
    folder: Path, find: Find, prefix: str = "", callers: tuple[Path, ...] = ()
) -> dict[str, Variable]:
    """Return a module's variables; one that it only passes on has the inner module's type.

    Args:
        prefix: the module's own key and a dot; empty for the root.
        callers: the folders of the modules that call it.

    Raises:
        HclError: a file cannot be read.
    """
    folder = Path(os.path.realpath(folder))
    variables = read_variables(folder)
    if not any(isinstance(variable.type, AnyType) for variable in variables.values()):
        return variables
    calls = module_calls(folder)

    def typed(variable: Variable) -> Variable:
        if not isinstance(variable.type, AnyType):
            return variable
        for call in calls:
            for name, value in call.block.attributes.items():
                if value.text != f"var.{variable.name}":
                    continue
                key = f"{prefix}{call.name}"
                target = module_folder(call, folder, key, find)
                # Modules that call each other have no types; Terraform reports the cycle.
                if target is None or target in (*callers, folder):
                    continue
                inner = typed_variables(target, find, f"{key}.", (*callers, folder))
                found = inner.get(name)
                if found is not None and not isinstance(found.type, AnyType):
                    block = found.typed_by or found.block
                    return Variable(variable.name, variable.block, typed_by=block)
        return variable

    return {name: typed(variable) for name, variable in variables.items()}


def module_folder(call: ModuleCall, folder: Path, key: str, find: Find) -> Path | None:
    """Return the folder of the module that a call names; None where it is not fetched."""
    if call.block.attributes.get("source") is None:
        return None
    target = folder / str(call.source) if call.is_local else find(key)
    return Path(os.path.realpath(target)) if target is not None and target.is_dir() else None


class FetchedModules:
    """The modules of a configuration in one of Terraform's data folders.

    Args:
        folder: the configuration.
        data: the data folder (`.terraform`, or what `TF_DATA_DIR` names).
    """

    def __init__(self, folder: Path, data: Path) -> None:
        self._folder = folder
        self._data = data
        self._manifest = data / "modules/modules.json"
        self._folders: dict[str, Path] | None = None

    def folders(self) -> dict[str, Path]:
        """Return the folder of each module by its key: the names of the calls, joined by dots.

        A missing module, or one of another version than its call, is fetched.

        Raises:
            OperationError: a module cannot be fetched.
        """
        if self._folders is None:
            calls = dict(_fetched_calls(self._folder, "", ()))
            found = self._read(calls) if calls else {}
            if found is None:
                self._fetch(calls)
                found = {key: self._place(item) for key, item in self._entries().items()}
            self._folders = found
        return self._folders

    def _read(self, calls: dict[str, list[str]]) -> dict[str, Path] | None:
        """Return the folders if all match their calls; None where that is not certain."""
        manifest = read_text(self._manifest)
        if manifest is None:
            return None
        entries = self._entries()
        if any(key not in entries or not self._place(entries[key]).is_dir() for key in calls):
            return None
        known = read_text(self._data / _RECORD) == _record(calls, manifest)
        if known or all(_is_evident(entries[key], *call) for key, call in calls.items()):
            return {key: self._place(entry) for key, entry in entries.items()}
        return None

    def _place(self, entry: Mapping[str, str]) -> Path:
        return self._folder / entry["Dir"]

    def _entries(self) -> dict[str, Mapping[str, str]]:
        try:
            entries = json.loads(self._manifest.read_text(encoding="utf-8"))["Modules"]
            return {entry["Key"]: entry for entry in entries if entry["Dir"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OperationError(f"{self._manifest}: it cannot be read: {error}") from None

    def _fetch(self, calls: dict[str, list[str]]) -> None:
        terraform = Terraform(self._folder, environ={"TF_DATA_DIR": str(self._data)})
        make_folder(self._data)
        with _alone(self._data):
            try:
                terraform.get()
            except TerraformError as error:
                again = f"terraform -chdir={shlex.quote(str(self._folder))} get"
                raise OperationError(
                    f"{self._folder}: its modules cannot be fetched, so the types of the "
                    f"values are not known and nothing was checked. {error}\n"
                    "See that the sources can be reached, with the same credentials as\n"
                    f"  TF_DATA_DIR={shlex.quote(str(self._data))} {again}\n"
                    "and then run this again"
                ) from None
            write_whole(
                self._data / _RECORD,
                _record(calls, self._manifest.read_text(encoding="utf-8")),
            )


def _fetched_calls(
    folder: Path, prefix: str, callers: tuple[Path, ...]
) -> Iterator[tuple[str, list[str]]]:
    """Yield source and version of each fetched module, also those that local modules call."""
    for call in module_calls(folder):
        key = f"{prefix}{call.name}"
        if call.is_local:
            inner = (folder / str(call.source)).resolve()
            if inner.is_dir() and inner not in callers:
                yield from _fetched_calls(inner, f"{key}.", (*callers, inner))
        else:
            source = call.block.attributes.get("source")
            text = source.text if source else ""
            yield key, [text if call.source is None else call.source, call.version]


def _is_evident(entry: Mapping[str, str], source: str, version: str) -> bool:
    """Return whether an entry of Terraform's manifest matches a call for certain.

    An exact version and a repository can be compared here; Terraform decides the rest.
    """
    sources = (source, f"{_REGISTRY}/{source}")
    return entry.get("Source") in sources and entry.get("Version", "") == version.lstrip("= ")


def _record(calls: dict[str, list[str]], manifest: str) -> str:
    digest = hashlib.sha256(manifest.encode()).hexdigest()
    return json.dumps({"calls": calls, "manifest": digest}, indent=2, sort_keys=True) + "\n"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock a folder, so that one process at a time fetches into it."""
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
