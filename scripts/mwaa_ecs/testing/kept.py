"""Keeps plans between test runs while nothing that they are made from changes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mwaa_ecs.distribution import own_version
from mwaa_ecs.files import read_text, write_whole
from mwaa_ecs.processes import run
from mwaa_ecs.terraform import find_terraform, variables_to_unset
from mwaa_ecs.terraform.providers import find_mirror

_SKIPPED = frozenset(("__pycache__", "node_modules"))


def versions_in_use() -> list[str]:
    """Return Terraform's version, and the provider packages of a mirror where one is used.

    A configuration's lock file has the providers' versions where they come from a registry.
    """
    unset = variables_to_unset(os.environ)
    environ = {name: value for name, value in os.environ.items() if name not in unset}
    done = run([str(find_terraform()), "version"], env=environ, timeout=60, ends_with_us=False)
    mirror = find_mirror()
    packages = sorted(map(str, mirror.glob("*/*/*/*"))) if mirror is not None else []
    return [done.stdout.partition("\n")[0], *packages]


class KeptPlans:
    """Plans in a folder, by a hash of all that they are made from.

    Args:
        folder: the folder.
        facts: what every plan depends on beside its files, e.g. Terraform's version.
        inputs: a folder whose files every plan depends on.
    """

    def __init__(self, folder: Path, facts: Iterable[str], inputs: Path) -> None:
        self._folder = folder
        digest = hashlib.sha256(own_version().encode())
        for fact in facts:
            digest.update(fact.encode() + b"\0")
        self._base = _hashed(digest, inputs)

    def key(self, copy: Path, values: str) -> str:
        """Return the key of a plan.

        Args:
            copy: the copy of the configuration that is planned.
            values: the values of its variables.
        """
        digest = self._base.copy()
        digest.update(values.encode() + b"\0")
        return str(_hashed(digest, copy).hexdigest())

    def read(self, key: str) -> dict[str, Any] | None:
        """Return a kept plan; None where there is none."""
        text = read_text(self._folder / f"{key}.json")
        try:
            return dict(json.loads(text)) if text else None
        except ValueError:
            return None

    def write(self, name: str, key: str, plan: dict[str, Any]) -> None:
        """Keep an environment's plan in place of its last one."""
        for old in self._folder.glob("*.json"):
            if (read_text(old) or "").startswith(f'{{"environment": {json.dumps(name)},'):
                old.unlink(missing_ok=True)
        text = json.dumps({"environment": name, **plan})
        # Plans hold secrets.
        write_whole(self._folder / f"{key}.json", text, private=True)


def _hashed(digest: Any, folder: Path) -> Any:
    for path in _files(folder):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            continue
    return digest


def _files(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not (Path(top) / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            path = Path(top) / name
            if path.is_file():
                yield path
