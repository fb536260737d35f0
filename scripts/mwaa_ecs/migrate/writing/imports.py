"""Edits the import lines of a DAG file, and its uses only where imports cannot do alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import libcst

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.docker_names import PACKAGE
from mwaa_ecs.migrate.reading.project import Module
from mwaa_ecs.migrate.reading.text import Edit

_OPERATOR = "DockerOperator"
# Modules as people import them, and the names in them that the operator's package has.
_MOVED: dict[str, frozenset[str]] = {
    **{module: frozenset({_OPERATOR}) for module in docker_names.OPERATOR_MODULES},
    **dict.fromkeys(docker_names.RECORD_MODULES, docker_names.RECORDS),
    "airflow.operators": frozenset({_OPERATOR}),
}
# Modules that are there for these names alone, so that an alias of the module can be ours.
_WHOLE = (*docker_names.OPERATOR_MODULES, *docker_names.RECORD_MODULES)
# Docker's packages above these modules: `docker`, `airflow.providers.docker`, ...
_ABOVE = ("docker", "airflow.providers.docker", "airflow.providers.docker.operators")


@dataclass(frozen=True)
class Imports:
    """The edits of a file.

    Attributes:
        edits: of its import lines, and of uses that a new import does not serve.
        names: what the edited imports bind.
        uses: lines on which something else than an import is edited.
        left: lines of imports that stay and that MWAA cannot serve, with the module.
    """

    edits: tuple[Edit, ...] = ()
    names: frozenset[str] = frozenset()
    uses: frozenset[int] = frozenset()
    left: tuple[tuple[int, str], ...] = ()


def edit_imports(module: Module) -> Imports:
    """Return the edits that bring a file's names from Docker's packages to the operator's."""
    editor = _Editor(module)
    for statement in module.scopes.imports:
        if isinstance(statement, ast.ImportFrom):
            editor.from_import(statement)
        else:
            editor.plain_import(statement)
    return Imports(
        tuple(editor.edits),
        frozenset(editor.names),
        frozenset(editor.uses),
        tuple(editor.left),
    )


class _Editor:
    def __init__(self, module: Module) -> None:
        self._module = module
        self._text = module.text
        self.edits: list[Edit] = []
        self.names: set[str] = set()
        self.uses: set[int] = set()
        self.left: list[tuple[int, str]] = []

    # -- from a import b ---------------------------------------------------------------------

    def from_import(self, statement: ast.ImportFrom) -> None:
        """Edit `from module import names`."""
        source = statement.module or ""
        if statement.level:
            return
        moved = [alias for alias in statement.names if self._moves(source, alias.name)]
        modules = [
            alias
            for alias in statement.names
            if f"{source}.{alias.name}" in _WHOLE
            and self._serves(alias.asname or alias.name, f"{source}.{alias.name}")
        ]
        others = [each for each in statement.names if each not in moved and each not in modules]
        packages = [
            alias
            for alias in others
            if self._edit_uses(alias.asname or alias.name, f"{source}.{alias.name}", whole=True)
        ]
        rest = [each for each in others if each not in packages]
        if rest and _is_docker(source, rest):
            self.left.append((statement.lineno, source))
        if not moved and not modules and not packages:
            return
        self.names |= {alias.asname or alias.name for alias in (*moved, *modules)}
        if moved and not modules and not packages and not rest:
            self._replace(statement, self._renamed(statement))
            return
        parts = [f"import {PACKAGE}"] if packages else []
        if moved:
            parts.append(f"from {PACKAGE} import {_listed(moved)}")
        for alias in modules:
            parts.append(f"import {PACKAGE} as {alias.asname or alias.name}")
        if rest:
            parts.append(f"from {source} import {_listed(rest)}")
        self._replace(statement, "; ".join(parts))

    def _moves(self, source: str, name: str) -> bool:
        names = _MOVED.get(source)
        if names is None:
            return False
        return name in names or (name == "*" and source != "airflow.operators")

    def _renamed(self, statement: ast.ImportFrom) -> str:
        """Return the statement with the package's name, and every space and comment kept."""
        start, end = self._text.span(statement)
        tree = libcst.parse_module(self._text.content[start:end])
        line = tree.body[0]
        assert isinstance(line, libcst.SimpleStatementLine)
        old = line.body[0]
        assert isinstance(old, libcst.ImportFrom)
        new = old.with_changes(module=libcst.Name(PACKAGE))
        return tree.with_changes(body=[line.with_changes(body=[new])]).code

    # -- import a ----------------------------------------------------------------------------

    def plain_import(self, statement: ast.Import) -> None:
        """Edit `import module`, or `import module as name`."""
        parts, changed = [], False
        for alias in statement.names:
            shown = alias.name + (f" as {alias.asname}" if alias.asname else "")
            if alias.asname and alias.name in _WHOLE:
                if self._serves(alias.asname, alias.name):
                    shown, changed = f"{PACKAGE} as {alias.asname}", True
                    self.names.add(alias.asname)
                else:
                    self.left.append((statement.lineno, alias.name))
            elif not alias.asname and alias.name in (*_WHOLE, *_ABOVE):
                shown, done = self._dotted(statement, alias.name)
                changed = changed or done
            elif alias.asname and self._edit_uses(alias.asname, alias.name, whole=True):
                shown, changed = PACKAGE, True
            elif _in_docker(alias.name):
                self.left.append((statement.lineno, alias.name))
            parts.append(shown)
        if changed:
            self._replace(statement, "import " + ", ".join(parts))

    def _dotted(self, statement: ast.Import, module: str) -> tuple[str, bool]:
        """Edit `import a.b.c` with its uses `a.b.c.Name`, which no import alone can serve."""
        first = module.partition(".")[0]
        uses = list(self._chains(first, first))
        others = any(self._served(chain) is None for _, chain in uses)
        if not self._edit_uses(first, first, whole=first == "docker"):
            if _in_docker(module):
                self.left.append((statement.lineno, module))
            return module, False
        return (f"{first}, {PACKAGE}" if others else PACKAGE), True

    def _edit_uses(self, name: str, module: str, *, whole: bool) -> bool:
        """Edit the uses `name.rest.Name` of a package; tell whether there are any.

        Args:
            name: what the package is called in the file.
            module: its own name.
            whole: edit nothing where a use of something else needs the package.
        """
        if module not in _ABOVE and module.partition(".")[0] != module:
            return False
        uses = list(self._chains(name, module))
        known = [(node, each) for node, chain in uses if (each := self._served(chain))]
        if not known or (whole and len(known) != len(uses)):
            return False
        for node, each in known:
            start, end = self._text.span(node)
            self.edits.append(Edit(start, end, f"{PACKAGE}.{each}"))
            self.uses.add(node.lineno)
        self.names.add(PACKAGE)
        return True

    def _served(self, chain: str) -> str | None:
        module, _, name = chain.rpartition(".")
        return name if name in _MOVED.get(module, ()) else None

    def _chains(self, name: str, module: str) -> Iterable[tuple[ast.expr, str]]:
        """Yield each use of a package's name with the full name of what is used."""
        for node in ast.walk(self._module.scopes.module.node):
            if not isinstance(node, ast.Name) or node.id != name:
                continue
            whole: ast.expr = node
            chain = module
            while True:
                parent = self._module.scopes.parents.get(id(whole))
                if not isinstance(parent, ast.Attribute) or parent.value is not whole:
                    break
                whole, chain = parent, f"{chain}.{parent.attr}"
                if self._served(chain):
                    break
            yield whole, chain

    # -- helpers -----------------------------------------------------------------------------

    def _serves(self, name: str, module: str) -> bool:
        """Tell whether every use of a module's alias is of something that the package has."""
        names = _MOVED[module]
        for node in ast.walk(self._module.scopes.module.node):
            if isinstance(node, ast.Name) and node.id == name:
                parent = self._module.scopes.parents.get(id(node))
                if not isinstance(parent, ast.Attribute) or parent.attr not in names:
                    return False
        return True

    def _replace(self, statement: ast.stmt, text: str) -> None:
        start, end = self._text.span(statement)
        self.edits.append(Edit(start, end, text))


def _listed(names: Sequence[ast.alias]) -> str:
    return ", ".join(
        alias.name + (f" as {alias.asname}" if alias.asname else "") for alias in names
    )


def _in_docker(module: str) -> bool:
    return any(
        module == package or module.startswith(f"{package}.")
        for package in docker_names.DOCKER_PACKAGES
    )


def _is_docker(source: str, names: Sequence[ast.alias]) -> bool:
    return _in_docker(source) or any(_in_docker(f"{source}.{each.name}") for each in names)
