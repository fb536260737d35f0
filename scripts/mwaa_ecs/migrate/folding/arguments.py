"""Folds the arguments of a call, and what each parameter gets of them."""

from __future__ import annotations

import ast
from typing import Any

from mwaa_ecs.migrate.folding.dispatch import NO_FRAME, Dispatcher, Frame
from mwaa_ecs.migrate.folding.function_syntax import is_static
from mwaa_ecs.migrate.folding.operators import as_map
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    ALWAYS,
    Arguments,
    Items,
    Map,
    Unknown,
    Worlds,
    joined,
    one,
    product,
)
from mwaa_ecs.migrate.reading.project import Module


class ArgumentFolder(Dispatcher):
    """Folds the arguments of a call, and what each parameter gets of them."""

    def passed(
        self, module: Module, function: Any, arguments: Arguments, *, bound: bool
    ) -> dict[str, Worlds]:
        """Return what each parameter of a function gets of a call."""
        spec = function.args
        names = [each.arg for each in (*spec.posonlyargs, *spec.args)]
        defaults: dict[str, Worlds] = {}
        for name, default in zip(names[::-1], spec.defaults[::-1], strict=False):
            defaults[name] = self.fold(module, default)
        for each, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if default is not None:
                defaults[each.arg] = self.fold(module, default)
        if bound and names and not is_static(function):
            names = names[1:]
        found: dict[str, Worlds] = {}
        for name, worlds in zip(names, arguments.positional, strict=False):
            found[name] = worlds
        every = [*names, *(each.arg for each in spec.kwonlyargs)]
        for name in every:
            if name in found:
                continue
            given = arguments.named.get(name, [(ALWAYS, ABSENT)])
            found[name] = []
            for guards, value in given:
                if value is not ABSENT:
                    found[name].append((guards, value))
                elif name in defaults and not arguments.is_open:
                    found[name] += [
                        (both, each)
                        for more, each in defaults[name]
                        if (both := joined(guards, more)) is not None
                    ]
                else:
                    found[name].append((guards, Unknown("parameter", name)))
        if spec.vararg:
            rest = product(arguments.positional[len(names) :])
            found[f"*{spec.vararg.arg}"] = [(g, Items(values)) for g, values in rest]
        if spec.kwarg:
            others = {k: v for k, v in arguments.named.items() if k not in every}
            found[f"**{spec.kwarg.arg}"] = [
                (
                    guards,
                    Map(
                        {k: v for k, v in zip(others, values, strict=True) if v is not ABSENT},
                        arguments.is_open,
                        arguments.origin,
                    ),
                )
                for guards, values in product(others.values())
            ]
        return found

    def frame_of(
        self, module: Module, function: Any, arguments: Arguments, *, bound: bool
    ) -> dict[tuple[int, str], Worlds]:
        """Return the parameters of one call of a function, to fold its body with."""
        return {
            (id(function), name): worlds
            for name, worlds in self.passed(module, function, arguments, bound=bound).items()
        }

    def arguments(
        self, module: Module, call: ast.Call, frame: Frame = NO_FRAME, skip: int = 0
    ) -> Arguments:
        """Return what a call passes."""
        positional: list[Worlds] = []
        named: dict[str, Worlds] = {}
        is_open, origin = False, ""
        explicit = {keyword.arg for keyword in call.keywords if keyword.arg}
        for argument in call.args[skip:]:
            if isinstance(argument, ast.Starred):
                worlds = self.fold(module, argument.value, frame)
                if len(worlds) == 1 and isinstance(worlds[0][1], Items):
                    positional += [one(item) for item in worlds[0][1].items]
                else:
                    is_open = True
            else:
                positional.append(self.fold(module, argument, frame))
        for keyword in call.keywords:
            worlds = self.fold(module, keyword.value, frame)
            if keyword.arg is not None:
                named[keyword.arg] = worlds
                continue
            maps = [(guards, as_map(value)) for guards, value in worlds]
            if any(each.is_open for _, each in maps):
                is_open = True
                origin = next(each.origin for _, each in maps if each.is_open)
            for key in dict.fromkeys(key for _, each in maps for key in each.items):
                # Python takes no argument twice: where the call names it, ** does not have it.
                if str(key) not in explicit:
                    more = [(g, each.items.get(key, ABSENT)) for g, each in maps]
                    named[str(key)] = _first_given(more, named.get(str(key)))
        return Arguments(positional, named, is_open, origin)


def _first_given(worlds: Worlds, others: Worlds | None) -> Worlds:
    """Return what one `**` gives, or another where this one does not."""
    if others is None:
        return worlds
    found: Worlds = []
    for guards, value in worlds:
        if value is not ABSENT:
            found.append((guards, value))
            continue
        found += [
            (both, each) for more, each in others if (both := joined(guards, more)) is not None
        ]
    return found
