"""The task definitions that calls need, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs_operator.images import normalise

CPU, MEMORY = 1024, 2048
"""Size of every task that migrate writes: DockerOperator's containers have no limit."""

SCRATCH = ""
"""Source of a mount that is scratch space of the task."""


@dataclass(frozen=True)
class Definition:
    """The fields that distinguish one task of the module from another.

    Attributes:
        image: the image that ECS pulls.
        entry_point, user, working_directory: as the call sets them.
        mounts: path in the container, and the EFS file system (or SCRATCH) that is there.
    """

    image: str
    entry_point: tuple[str, ...] | None = None
    user: str | None = None
    working_directory: str | None = None
    mounts: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """A sortable form; spellings of one image are the same."""
        return (
            normalise(self.image),
            self.entry_point or (),
            self.entry_point is not None,
            self.user or "",
            self.working_directory or "",
            self.mounts,
        )

    @property
    def told_apart_by(self) -> tuple[Any, ...]:
        """The fields in the contract's index, in which two tasks must differ."""
        return (*self.key[:5], tuple(path for path, _ in self.mounts))


@dataclass
class Needs:
    """Further needs of all calls of a definition.

    Attributes:
        aliases: images that DAGs name it by.
        secrets: where each variable's value is.
        credentials: ARN of the secret for its registry.
    """

    aliases: set[str] = field(default_factory=set)
    secrets: dict[str, str] = field(default_factory=dict)
    credentials: str | None = None


class Definitions:
    """All definitions of a folder, by their keys."""

    def __init__(self) -> None:
        self.found: dict[tuple[Any, ...], tuple[Definition, Needs]] = {}

    def add(self, definition: Definition, needs: Needs) -> None:
        """Add a definition that a call needs.

        Raises:
            ContradictionError: two registries' secrets for one image.
        """
        known, all_needs = self.found.setdefault(definition.key, (definition, Needs()))
        if definition.image < known.image:
            self.found[definition.key] = (definition, all_needs)
        all_needs.aliases |= needs.aliases
        all_needs.secrets |= needs.secrets
        if needs.credentials and all_needs.credentials not in (None, needs.credentials):
            raise ContradictionError(
                definition.image, (str(all_needs.credentials), needs.credentials)
            )
        all_needs.credentials = all_needs.credentials or needs.credentials

    def named(self) -> dict[tuple[Any, ...], str]:
        """Return a name for each: the image's, with its tag or a number where needed."""
        ordered = sorted(self.found, key=_sortable)
        names: dict[tuple[Any, ...], str] = {}
        for group in _grouped(ordered, lambda key: _base(self.found[key][0].image)).values():
            if len(group) == 1:
                names[group[0]] = _base(self.found[group[0]][0].image)
                continue
            tagged = _grouped(group, lambda key: _with_tag(self.found[key][0].image))
            for name, keys in tagged.items():
                for number, key in enumerate(keys, start=1):
                    names[key] = name if number == 1 else f"{name}-{number}"
        return _unique(names, ordered)


class ContradictionError(Exception):
    """Two answers contradict each other: the image, and the two secrets."""


def _grouped(keys: Iterable[Any], name: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key in keys:
        found.setdefault(name(key), []).append(key)
    return found


def _sortable(key: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(map(repr, key))


def _unique(names: Mapping[Any, str], ordered: Iterable[Any]) -> dict[Any, str]:
    taken: set[str] = set()
    found = {}
    for key in ordered:
        name, number = names[key], 2
        while name in taken:
            name, number = f"{names[key]}-{number}", number + 1
        taken.add(name)
        found[key] = name
    return found


def _base(image: str) -> str:
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return _plain(name)


def _with_tag(image: str) -> str:
    reference, _, digest = normalise(image).partition("@")
    tag = reference.rpartition("/")[2].partition(":")[2] or digest.removeprefix("sha256:")[:12]
    return _plain(f"{_base(image)}-{tag}")


def _plain(text: str) -> str:
    found = re.sub(r"[^a-zA-Z0-9_-]+", "-", text).strip("-")[:100]
    return found or "task"
