"""Compares the version of this repository's module with the version of this tool.

The module's version stands in the operator's package, which every copy of the module has: from
a registry, from a repository at any commit, and a checkout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mwaa_ecs.distribution import DISTRIBUTION, own_version
from mwaa_ecs.files import read_text, shown_name
from mwaa_ecs.terraform.modules import module_calls, module_folder

_MARK = Path("modules/dags/operator/mwaa_ecs_operator/__init__.py")
_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.M)


def other_versions(
    folder: Path, fetched: Callable[[], Mapping[str, Path]], own: str | None = None
) -> Iterator[str]:
    """Yield a line for each call of the module in another version than this tool's.

    A patch release changes no input, so it may differ.

    Args:
        folder: the configuration.
        fetched: returns the folders of its fetched modules, by key.
        own: the tool's version; default is that of the installed package.

    Raises:
        HclError: a file cannot be read.
        OperationError: a module cannot be fetched.
    """
    own = own or own_version()
    for call in module_calls(folder):
        target = module_folder(call, folder, call.name, lambda key: fetched().get(key))
        found = _version(target) if target is not None else None
        if found is not None and _minor(found) != _minor(own):
            file = shown_name(Path(call.block.source.name))
            yield (
                f"{file}:{call.block.line}: module {call.name!r} is version {found}, and "
                f"{DISTRIBUTION} is {own}. Use the same: pip install "
                f"'{DISTRIBUTION}=={found}', or set the module to {own}"
            )


def _version(folder: Path) -> str | None:
    # A submodule is two levels below the root.
    for root in (folder, folder.parent.parent):
        match = _VERSION.search(read_text(root / _MARK) or "")
        if match:
            return match[1]
    return None


def _minor(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])
