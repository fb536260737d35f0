"""Folds literals and comprehensions."""

from __future__ import annotations

import ast
from typing import Any

from mwaa_ecs.migrate.folding.dispatch import Dispatcher, Frame
from mwaa_ecs.migrate.folding.operators import as_map, entry, merged, shown
from mwaa_ecs.migrate.folding.values import (
    Items,
    Map,
    Unknown,
    Worlds,
    is_constant,
    one,
    product,
    text_of,
)
from mwaa_ecs.migrate.reading.project import Module


class LiteralFolder(Dispatcher):
    """Folds constants, f-strings, lists, tuples, sets, dicts and comprehensions."""

    def _Constant(self, module: Module, node: ast.Constant, frame: Frame) -> Worlds:
        return one(node.value)

    def _JoinedStr(self, module: Module, node: ast.JoinedStr, frame: Frame) -> Worlds:
        parts = [self.fold(module, part, frame) for part in node.values]
        return [(guards, text_of(values)) for guards, values in product(parts)]

    def _FormattedValue(self, module: Module, node: ast.FormattedValue, frame: Frame) -> Worlds:
        worlds = self.fold(module, node.value, frame)
        if node.format_spec is None:
            return [(guards, shown(value)) for guards, value in worlds]
        pairs = product([worlds, self.fold(module, node.format_spec, frame)])
        found = []
        for guards, (value, spec) in pairs:
            try:
                text = format(value, spec) if is_constant(value) else shown(value)
            except (ValueError, TypeError):
                text = Unknown("computed", "a format")
            found.append((guards, text))
        return found

    def _elements(self, module: Module, node: Any, frame: Frame) -> Worlds:
        parts = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                parts.append(
                    [
                        (g, v if isinstance(v, Items) else Items((), True))
                        for g, v in self.fold(module, element.value, frame)
                    ]
                )
            else:
                parts.append([(g, Items((v,))) for g, v in self.fold(module, element, frame)])
        return [
            (
                guards,
                Items(
                    tuple(item for value in values for item in value.items),
                    any(value.is_open for value in values),
                ),
            )
            for guards, values in product(parts)
        ]

    _List = _Tuple = _Set = _elements

    def _Dict(self, module: Module, node: ast.Dict, frame: Frame) -> Worlds:
        parts = []
        for key, value in zip(node.keys, node.values, strict=True):
            folded = self.fold(module, value, frame)
            if key is None:
                parts.append([(g, as_map(v)) for g, v in folded])
            else:
                pairs = product([self.fold(module, key, frame), folded])
                parts.append([(g, entry(k, v)) for g, (k, v) in pairs])
        return [(guards, merged(values)) for guards, values in product(parts)]

    def _comprehension(self, module: Module, node: Any, frame: Frame) -> Worlds:
        pair = isinstance(node, ast.DictComp)
        open_ = Map({}, True) if pair else Items((), True)
        if len(node.generators) != 1 or node.generators[0].ifs:
            return one(open_)
        generator = id(node.generators[0])
        parts = [node.key, node.value] if pair else [node.elt]
        by_turn: dict[Any, Any] = {}
        for guards, values in product([self.fold(module, part, frame) for part in parts]):
            turns = [arm for key, arm in guards if key == generator]
            if len(guards) != 1 or len(turns) != 1 or turns[0] in by_turn:
                source = self.fold(module, node.generators[0].iter, frame)
                length = _length(source)
                if length and not guards:  # the element does not depend on the turn
                    by_turn = dict.fromkeys(range(length), values)
                    break
                return one(open_)
            by_turn[turns[0]] = values
        ordered = [by_turn[turn] for turn in sorted(by_turn)]
        if pair:
            return one(merged([entry(key, value) for key, value in ordered]))
        return one(Items(tuple(value for (value,) in ordered)))

    _ListComp = _SetComp = _GeneratorExp = _DictComp = _comprehension


def _length(worlds: Worlds) -> int:
    if len(worlds) == 1 and isinstance(worlds[0][1], Items) and not worlds[0][1].is_open:
        return len(worlds[0][1].items)
    return 0
