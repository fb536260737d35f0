"""Which tasks the file of a DAG names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mwaa_ecs_operator.images import normalise

_SHARED = "ecs/task_definition"
_VARIABLE = re.compile(r"var\.(?:json|value)\.(?:get\(\s*['\"]([^'\"]+)['\"]|([\w-]+))")


@dataclass(frozen=True)
class Named:
    """By what a DAG can name a task.

    Attributes:
        prefix: the module's `ssm_prefix`.
        images: the image of each task.
        families: the family of each task.
        default: the task of the shared parameters; empty without one.
    """

    prefix: str
    images: Mapping[str, str]
    families: Mapping[str, str]
    default: str = ""


def tasks_of_dag(source: str, named: Named) -> set[str]:
    """Return the tasks that a DAG's file names.

    A task is named by the argument `task`, `image` or `task_definition` of a call, by its
    parameter or Airflow Variable, or by the shared parameters.

    Args:
        source: the file's text.
        named: by what it can name a task.

    Raises:
        SyntaxError: it is not Python.
    """
    tree = ast.parse(source)
    by_image: dict[str, set[str]] = {}
    for task, image in named.images.items():
        by_image.setdefault(normalise(image), set()).add(task)
    by_family = {family: task for task, family in named.families.items()}
    found: set[str] = set()
    for name, value in _arguments(tree):
        if name == "task":
            found |= {value} & set(named.families)
        elif name == "image":
            found |= by_image.get(normalise(value), set())
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


def _arguments(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg and isinstance(node.value, ast.Constant):
            value = node.value.value
            if isinstance(value, str):
                yield node.arg, value


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
