"""Values of expressions: constant, known in part, or unknown with a reason.

An expression may be several values: one for each branch, turn of a loop, or call of the
function that it is in. Each comes with its guards, which are the branches, turns and calls in
which it holds. So two names that are set together stay together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mwaa_ecs.migrate.reading.project import Module

MOST_WORLDS = 2000
"""More values of one expression than this are not told apart."""

_MANY = 8
"""In lists of fewer worlds every pair is tried."""

Guards = frozenset[tuple[Any, Any]]
Worlds = list[tuple[Guards, Any]]

ALWAYS: Guards = frozenset()


@dataclass(frozen=True)
class Unknown:
    """A value that only a run knows.

    Attributes:
        kind: environment, variable, connection, xcom, computed or parameter.
        name: of the variable, connection, function or parameter; never a value.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        """Return the name in the braces of a template."""
        return f"{{{self.name}}}"


class Absent:
    """An argument that is not given, in one of several worlds."""


ABSENT = Absent()


@dataclass(frozen=True)
class Text:
    """A text of which a part is unknown."""

    parts: tuple[str | Unknown, ...]

    def __str__(self) -> str:
        """Return the text with the names of what is unknown."""
        return "".join(map(str, self.parts))


@dataclass(frozen=True, eq=False)
class Items:
    """A list or a tuple; an open one may hold more."""

    items: tuple[Any, ...]
    is_open: bool = False


@dataclass(frozen=True, eq=False)
class Map:
    """A dict; an open one may hold more keys."""

    items: Mapping[Any, Any]
    is_open: bool = False
    origin: str = ""


@dataclass(frozen=True)
class External:
    """Something of a package that is not in the folder, by its full name."""

    name: str


@dataclass(frozen=True, eq=False)
class Record:
    """One of `docker.types`."""

    kind: str
    fields: Mapping[str, Any]
    is_open: bool = False


@dataclass(frozen=True)
class ModuleRef:
    """A module of the folder."""

    file: str


@dataclass(frozen=True)
class ClassRef:
    """A class of the folder."""

    module: Module = field(repr=False)
    node: Any = field(repr=False)


@dataclass(frozen=True)
class FunctionRef:
    """A function of the folder."""

    module: Module = field(repr=False)
    node: Any = field(repr=False)
    bound: Any = None


@dataclass(frozen=True, eq=False)
class Arguments:
    """The arguments of a call."""

    positional: Sequence[Worlds] = ()
    named: Mapping[str, Worlds] = field(default_factory=dict)
    is_open: bool = False
    origin: str = ""


@dataclass(frozen=True, eq=False)
class Partial:
    """`functools.partial`, or a class's `.partial`."""

    target: Any
    arguments: Arguments
    node: Any


@dataclass(frozen=True, eq=False)
class Instance:
    """An object that a call of a class makes; of a method's `self`, the call is not known."""

    of: Any
    node: Any = None
    arguments: Arguments | None = None


def joined(first: Guards, second: Guards) -> Guards | None:
    """Return guards that hold together; None where they contradict."""
    if not first or first is second:
        return second
    if not second:
        return first
    both = first | second
    if len({key for key, _ in both}) != len(both):
        return None
    return both


def product(lists: Iterable[Worlds]) -> list[tuple[Guards, tuple[Any, ...]]]:
    """Return the combinations that hold together.

    Raises:
        TooManyError: there are more than can be told apart.
    """
    found: list[tuple[Guards, tuple[Any, ...]]] = [(ALWAYS, ())]
    for worlds in lists:
        following = []
        candidates = _candidates(found, worlds)
        for guards, values in found:
            for more, value in candidates(guards):
                both = joined(guards, more)
                if both is not None:
                    following.append((both, (*values, value)))
            if len(following) > MOST_WORLDS:
                raise TooManyError
        found = following
    return found


def _candidates(
    found: Sequence[tuple[Guards, Any]], worlds: Worlds
) -> Callable[[Guards], Worlds]:
    """Return what gives the worlds that may hold together with guards.

    Where both lists have a world for each call of a function, only those of the same call do:
    for 2,000 calls this is 2,000 pairs instead of 4,000,000.
    """
    if len(found) < _MANY or len(worlds) < _MANY:
        return lambda _: worlds
    keys = {key for key, _ in worlds[0][0]}
    for guards, _ in (*worlds, *found):
        keys.intersection_update([key for key, _ in guards])
        if not keys:
            return lambda _: worlds
    key = next(iter(keys))
    by_arm: dict[Any, Worlds] = {}
    for world in worlds:
        by_arm.setdefault(dict(world[0])[key], []).append(world)
    return lambda guards: by_arm.get(dict(guards)[key], [])


class TooManyError(Exception):
    """An expression has more values than can be told apart."""


def text_of(parts: Iterable[Any]) -> Any:
    """Return a text of constants and unknown parts."""
    found: list[str | Unknown] = []
    for part in parts:
        for one in part.parts if isinstance(part, Text) else (part,):
            if isinstance(one, str | int | float | bool) or one is None:
                if found and isinstance(found[-1], str):
                    found[-1] += str(one)
                else:
                    found.append(str(one))
            elif isinstance(one, Unknown):
                found.append(one)
            else:
                found.append(Unknown("computed", type(one).__name__.lower()))
    if not found:
        return ""
    if len(found) == 1 and isinstance(found[0], str):
        return found[0]
    return Text(tuple(found))


def is_constant(value: Any) -> bool:
    """Tell whether a value is a plain constant."""
    return value is None or isinstance(value, str | int | float | bool | bytes)


def unknown_in(value: Any) -> Unknown | None:
    """Return the first thing that is unknown in a value."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Text):
        return next(part for part in value.parts if isinstance(part, Unknown))
    if isinstance(value, Items):
        if value.is_open:
            return Unknown("computed", "a list")
        return next((one for one in map(unknown_in, value.items) if one), None)
    if isinstance(value, Map):
        if value.is_open:
            return Unknown("computed", value.origin or "a dict")
        return next((one for one in map(unknown_in, value.items.values()) if one), None)
    if is_constant(value) or isinstance(value, Record):
        return None
    return Unknown("computed", "an object")


def one(value: Any) -> Worlds:
    """Return a value that holds always."""
    return [(ALWAYS, value)]


def computed(name: str) -> Worlds:
    """Return what only a run knows."""
    return one(Unknown("computed", name))


def over(first: Arguments, second: Arguments) -> Arguments:
    """Return the arguments of a partial with those of its call."""
    return Arguments(
        [*first.positional, *second.positional],
        {**first.named, **second.named},
        first.is_open or second.is_open,
        first.origin or second.origin,
    )
