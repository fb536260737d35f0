"""Which tasks the file of a DAG names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass

from mwaa_ecs_operator.images import normalise

_SHARED = "ecs/task_definition"
_VARIABLE = re.compile(r"var\.(?:json|value)\.(?:get\(\s*['\"]([^'\"]+)['\"]|([\w-]+))")


@dataclass(frozen=True)
class Named:
    """The tasks by each name that a DAG can use.

    Attributes:
        prefix: the module's `ssm_prefix`.
        images: the tasks of each image, by its normalised reference.
        families: the family of each task.
        default: the task of the shared parameters; empty without one.
    """

    prefix: str
    images: Mapping[str, Set[str]]
    families: Mapping[str, str]
    default: str = ""


Constants = Mapping[str, Mapping[str, str]]
"""The strings of each module, by name."""


def constants_of(files: Mapping[str, str]) -> Constants:
    """Return the strings that files have under a name, for what imports them.

    Args:
        files: the text of each file, by its path.
    """
    found = {}
    for path, source in files.items():
        with suppress(SyntaxError):
            module = path.removesuffix(".py").replace("/", ".")
            found[module] = _assigned(ast.parse(source), {})
    return found


def tasks_of_dag(source: str, named: Named, others: Constants) -> set[str]:
    """Return the tasks that a DAG's file names.

    A task is named by the argument `task`, `image` or `task_definition` of a call, by its
    parameter or Airflow Variable, or by the shared parameters.

    Args:
        source: the file's text.
        named: by what it can name a task.
        others: the constants of the files that it may import.

    Raises:
        SyntaxError: it is not Python.
    """
    tree = ast.parse(source)
    by_family = {family: task for task, family in named.families.items()}
    found: set[str] = set()
    for name, value in _arguments(tree, others):
        if name == "task":
            found |= {value} & set(named.families)
        elif name == "image":
            found |= named.images.get(normalise(value), set())
        elif name == "task_definition":
            found |= {by_family[value]} if value in by_family else set()
    for text in _texts(tree):
        for groups in _VARIABLE.findall(text):
            found |= set(groups) & set(named.families)
        below = f"{named.prefix}/tasks/"
        if text.startswith(below):
            found |= {text.removeprefix(below)} & set(named.families)
        if named.default and text in (_SHARED, f"{named.prefix}/{_SHARED}"):
            found.add(named.default)
    return found


def _assigned(tree: ast.Module, others: Constants) -> dict[str, str]:
    """Return the strings that a module has under a name, imported ones too."""
    constants: dict[str, str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            # A module's path in the bucket begins with the folder of the DAGs.
            for module, values in others.items():
                if f".{module}".endswith(f".{statement.module}"):
                    constants |= {
                        one.asname or one.name: values[one.name]
                        for one in statement.names
                        if one.name in values
                    }
        elif isinstance(statement, ast.Assign):
            value = _text(statement.value, constants)
            names = [one.id for one in statement.targets if isinstance(one, ast.Name)]
            constants |= {name: value for name in names if value is not None}
    return constants


def _arguments(tree: ast.Module, others: Constants) -> Iterator[tuple[str, str]]:
    constants = _assigned(tree, others)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg:
            value = _text(node.value, constants)
            if value is not None:
                yield node.arg, value


def _text(node: ast.expr, constants: Mapping[str, str]) -> str | None:
    """Return a string that a file holds as it is, or puts together from its constants."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, constants) if node.format_spec is None else None
    if isinstance(node, ast.JoinedStr):
        parts = [_text(one, constants) for one in node.values]
        return None if None in parts else "".join(filter(None, parts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left, constants), _text(node.right, constants)
        return None if left is None or right is None else left + right
    return None


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
