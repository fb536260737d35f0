"""Rewriting a DAG file changes its import lines, and no other byte."""

from __future__ import annotations

import ast

from hypothesis import given, settings
from hypothesis import strategies as st

from mwaa_ecs.migrate.reading.project import Module
from mwaa_ecs.migrate.reading.text import Text
from mwaa_ecs.migrate.writing.imports import edit_imports

IMPORTS = st.sampled_from(
    [
        "from airflow.providers.docker.operators.docker import DockerOperator",
        "from airflow.operators.docker_operator import DockerOperator as D  # old",
        "from airflow.operators.docker_operator import (\n    DockerOperator,  # here\n)",
        "from airflow.providers.docker.operators import docker, docker_swarm",
        "import airflow.providers.docker.operators.docker as ops, os",
        "from docker.types import Mount, DeviceRequest as DR",
        "from docker.types import Mount, Placement",
        "from docker.types import \\\n    Ulimit",
        "from airflow.providers.docker.operators.docker import *",
        "import os; from docker.types import Mount; import sys",
        "import docker",
        "from airflow import DAG",
    ]
)
OTHERS = st.sampled_from(
    [
        "x = 'é' + \"ü\"",
        "# from docker.types import Mount",
        's = """from docker.types import Mount\n  import docker\n"""',
        "DockerOperator(task_id='a', image='b')",
        "t = f'{x!r:>10}'",
        "",
        "y = 1;  z = 2",
        "docker.from_env()",
        "ops.DockerOperator(task_id='c')",
    ]
)
BLOCKS = st.sampled_from(["{}", "try:\n\t{}\nexcept ImportError:\n\t{}", "if x:\n    {}\n"])


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    parts = []
    for _ in range(draw(st.integers(1, 8))):
        statement = draw(st.one_of(IMPORTS, OTHERS))
        block = draw(BLOCKS) if "\n" not in statement and statement else "{}"
        one = statement or "pass"
        if one.startswith("#"):
            one += "\n\tpass" if "\t" in block else "\n    pass" if "if" in block else ""
        parts.append(block.replace("{}", one))
    text = "\n".join(parts)
    if draw(st.booleans()):
        text += "\n"
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]))
    if encoding == "latin-1":
        text = "# -*- coding: latin-1 -*-\n" + text
    return text.encode(encoding)


def spans(text: Text, tree: ast.Module) -> list[tuple[int, int]]:
    return [
        text.span(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def shape(tree: ast.Module) -> str:
    """Return the tree without its imports."""

    class Without(ast.NodeTransformer):
        def visit_Import(self, node: ast.Import) -> ast.Pass:
            return ast.Pass()

        def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.Pass:
            return ast.Pass()

        def generic_visit(self, node: ast.AST) -> ast.AST:
            super().generic_visit(node)
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [each for each in body if not isinstance(each, ast.Pass)]  # type: ignore[attr-defined]
            return node

    return ast.dump(Without().visit(tree))


@settings(max_examples=150, deadline=None)
@given(sources())
def test_no_byte_outside_import_lines_changes(raw: bytes) -> None:
    module = Module("dag.py", Text(raw))
    imports = edit_imports(module)
    new = Text(module.text.edited(imports.edits))
    # Where all imports are cut out, the same is left, and nothing but imports was edited.
    places = spans(module.text, module.text.tree())
    assert all((edit.start, edit.end) in places for edit in imports.edits)
    assert _without(module.text) == _without(new)
    assert shape(module.text.tree()) == shape(new.tree())
    assert new.encoding == module.text.encoding


def _without(text: Text) -> str:
    """Return a text without its imports; two on one line leave as much as one."""
    kept = text.content
    for start, end in sorted(spans(text, text.tree()), reverse=True):
        kept = kept[:start] + "¤" + kept[end:]
    while "¤; ¤" in kept:
        kept = kept.replace("¤; ¤", "¤")
    return kept


def test_a_file_with_mixed_tabs_is_edited_at_the_right_place() -> None:
    raw = b"if 1:\n        import os\n\tfrom docker.types import Mount\nx = 1\n"
    module = Module("dag.py", Text(raw))
    assert module.text.edited(edit_imports(module).edits) == raw.replace(
        b"docker.types", b"mwaa_ecs_operator"
    )
