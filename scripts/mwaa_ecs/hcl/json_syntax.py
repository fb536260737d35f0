"""Reads `*.tf.json`, Terraform's JSON syntax, as the same blocks and attributes as HCL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mwaa_ecs.hcl.blocks import Block, Expression
from mwaa_ecs.hcl.lexer import Source

_KINDS = ("variable", "output", "module", "provider", "locals", "terraform", "backend", "cloud")
_LABELLED = frozenset(_KINDS) - {"terraform", "locals", "cloud"}
_REFERENCE = re.compile(r"\$\{([^{}]+)\}")


def read_json_blocks(text: str, name: str) -> Block:
    """Return the file's body as `read_blocks` does, with the kinds of blocks in `_KINDS`.

    Raises:
        HclError: the text is not JSON, or not a Terraform body.
    """
    source = Source(text, name)
    data = _loaded(source)
    top = Block("", (), source, 0, len(text))
    for body in _bodies(data, "", source):
        _fill(top, body, "")
    return top


def read_json_values(text: str, name: str) -> dict[str, Expression]:
    """Return the values of a `*.tfvars.json`, by variable.

    Raises:
        HclError: the text is not a JSON object.
    """
    source = Source(text, name)
    found: dict[str, Expression] = {}
    for body in _bodies(_loaded(source), "", source):
        for key, value in body.items():
            found[key] = _expression("", value, f"{name}: {key}")
    return found


def _loaded(source: Source) -> Any:
    try:
        return json.loads(source.text)
    except json.JSONDecodeError as error:
        raise source.error(error.pos, f"this is not JSON: {error.msg}") from None
    except ValueError as error:
        raise source.error(0, f"this is not JSON: {error}") from None
    except RecursionError:
        raise source.error(0, "it is nested too deeply to be read") from None


def _fill(block: Block, body: dict[str, Any], path: str) -> None:
    for key, value in body.items():
        where = f"{path}.{key}" if path else key
        # An attribute may be named like a kind of block, such as `module`.
        is_block = key in _KINDS and (not path or block.kind == "terraform")
        if is_block:
            block.blocks.extend(_blocks(key, value, where, block.source))
        elif path:
            block.attributes[key] = _expression(key, value, f"{block.source.name}: {where}")


def _blocks(kind: str, value: Any, path: str, source: Source) -> Iterator[Block]:
    for outer in _bodies(value, path, source):
        for label, inner in outer.items() if kind in _LABELLED else (("", outer),):
            where = f"{path}.{label}" if label else path
            for body in _bodies(inner, where, source):
                # json.loads keeps no places; the first place of the name is near enough.
                start = max(0, source.text.find(json.dumps(label or kind, ensure_ascii=False)))
                block = Block(kind, (label,) if label else (), source, start)
                _fill(block, body, where)
                yield block


def _bodies(value: Any, path: str, source: Source) -> Iterator[dict[str, Any]]:
    """Yield the mappings of blocks: Terraform accepts one mapping or a list of them."""
    for body in value if isinstance(value, list) else [value]:
        if not isinstance(body, dict):
            raise source.error(0, f"{path or 'the file'}: expected a mapping")
        yield body


def _expression(key: str, value: Any, name: str) -> Expression:
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        # A type is HCL in a string; "${var.tasks}" is the JSON form of var.tasks.
        reference = _REFERENCE.fullmatch(value)
        text = value if key == "type" else reference[1] if reference else text
    source = Source(text, name)
    tokens = source.tokens()[:-1]
    if not tokens:
        raise source.error(0, "it is empty; expected an expression")
    return Expression(source, tokens)
