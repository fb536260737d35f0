"""Arguments of all calls of a function, kept without the trees of the calling files.

A helper of a whole company is called from thousands of files. What is kept of a call is its
values. Their branches and loops get names of their own, because an `id` is another node's once
its tree is gone.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mwaa_ecs.migrate.folding.values import (
    ALWAYS,
    MOST_WORLDS,
    Arguments,
    ClassRef,
    FunctionRef,
    Guards,
    Instance,
    Items,
    Map,
    Partial,
    Record,
    Unknown,
    Worlds,
)

_WITH_TREES = 64
"""So many calls may pass functions and classes, which keep the trees of their files."""

_serial = itertools.count()


@dataclass(frozen=True)
class Site:
    """A call of a function.

    Attributes:
        passed: what each parameter gets.
        defaults: the default_args that hold there.
    """

    passed: Mapping[str, Worlds]
    defaults: Worlds


class Sites:
    """The calls of one function; of too many to tell apart, the values of each parameter."""

    def __init__(self, function: Hashable) -> None:
        self._function = function
        self._apart: list[Site] = []
        self._together: dict[str, dict[Any, Any]] | None = None
        self._default_args: dict[Any, Any] = {}

    def add(self, site: Site) -> None:
        """Add a call."""
        serial, keep = next(_serial), len(self._apart) < _WITH_TREES
        kept = Site(
            {name: _detached(worlds, serial, keep) for name, worlds in site.passed.items()},
            _detached(site.defaults, serial, keep),
        )
        if self._together is None and len(self._apart) < MOST_WORLDS:
            self._apart.append(kept)
            return
        if self._together is None:
            self._together = {}
            for each in self._apart:
                self._merge(each, self._together)
            self._apart = []
        self._merge(kept, self._together)

    def _merge(self, site: Site, together: dict[str, dict[Any, Any]]) -> None:
        for name, worlds in site.passed.items():
            _add_values(together.setdefault(name, {}), worlds)
        _add_values(self._default_args, site.defaults)

    def __iter__(self) -> Iterator[tuple[Guards, Site]]:
        """Yield each call, with the guard that keeps what it passes together."""
        if self._together is None:
            for number, site in enumerate(self._apart):
                yield frozenset({(self._function, number)}), site
            return
        passed = {name: _always(values) for name, values in self._together.items()}
        yield ALWAYS, Site(passed, _always(self._default_args))


def _always(values: Mapping[Any, Any]) -> Worlds:
    return [(ALWAYS, value) for value in values.values()]


def _add_values(values: dict[Any, Any], worlds: Worlds) -> None:
    for _, value in worlds:
        # One value more than the limit is kept, so that the caller sees the excess.
        if len(values) > MOST_WORLDS:
            return
        values.setdefault(_key(value), value)


def _key(value: Any) -> Hashable:
    """Return what is equal for equal values."""
    if isinstance(value, Items):
        return ("items", value.is_open, *map(_key, value.items))
    if isinstance(value, Map):
        return ("map", value.is_open, *((_key(k), _key(v)) for k, v in value.items.items()))
    if isinstance(value, Record):
        return ("record", value.kind, *((k, _key(v)) for k, v in value.fields.items()))
    if isinstance(value, Instance):
        return ("instance", _key(value.of), _arguments_key(value.arguments))
    try:
        hash(value)
    except TypeError:
        return id(value)
    return (type(value).__name__, value)


def _arguments_key(arguments: Arguments | None) -> Hashable:
    if arguments is None:
        return None
    every: Iterable[tuple[Any, Worlds]] = [
        *enumerate(arguments.positional),
        *arguments.named.items(),
    ]
    return tuple(
        (name, *(_key(value) for _, value in worlds))
        for name, worlds in every
        if name not in ("dag_id", "task_id")
    )


def _detached(worlds: Worlds, serial: int, keep: bool) -> Worlds:
    return [
        (frozenset(((serial, key), arm) for key, arm in guards), _value(value, serial, keep))
        for guards, value in worlds
    ]


def _value(value: Any, serial: int, keep: bool) -> Any:
    if isinstance(value, FunctionRef | ClassRef | Partial):
        return value if keep else Unknown("computed", "a function")
    if isinstance(value, Items):
        return replace(value, items=tuple(_value(each, serial, keep) for each in value.items))
    if isinstance(value, Map):
        items = {key: _value(each, serial, keep) for key, each in value.items.items()}
        return replace(value, items=items)
    if isinstance(value, Instance):
        arguments = value.arguments
        if arguments is not None:
            arguments = replace(
                arguments,
                positional=[_detached(each, serial, keep) for each in arguments.positional],
                named={k: _detached(v, serial, keep) for k, v in arguments.named.items()},
            )
        of = _value(value.of, serial, keep)
        return Instance(of, None, arguments)
    return value
