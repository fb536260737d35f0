"""Checks the module calls of a configuration against the variables of the modules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.files import shown_name
from mwaa_ecs.hcl import AnyType, Expression, Variable, read_variables
from mwaa_ecs.hcl.files import bodies
from mwaa_ecs.hcl.values import read_values
from mwaa_ecs.lint.walk import Finding, Value, Walk, member
from mwaa_ecs.problems import suggestion
from mwaa_ecs.terraform.modules import (
    ModuleCall,
    module_calls,
    module_folder,
    typed_variables,
)

_LOADED = ("terraform.tfvars", "terraform.tfvars.json", "*.auto.tfvars", "*.auto.tfvars.json")
# Arguments of a module block itself.
_META = frozenset(("source", "version", "count", "for_each", "providers", "depends_on"))


@dataclass(frozen=True)
class Linted:
    """The result of linting.

    Attributes:
        findings: attributes that Terraform silently drops.
        unchecked: values that are not known before a plan.
        calls: the number of module calls that were checked.
    """

    findings: tuple[Finding, ...]
    unchecked: tuple[Finding, ...]
    calls: int


def terraform_loads(folder: Path) -> list[Path]:
    """Return the files of values that Terraform loads because of their names."""
    return sorted(path for pattern in _LOADED for path in folder.glob(pattern))


def lint(
    folder: Path,
    fetched: Callable[[], Mapping[str, Path]],
    var_files: Iterable[Path] = (),
    *,
    variables_are_checked: bool = False,
) -> Linted:
    """Check the module calls of a configuration, and of the modules inside its folder.

    Args:
        folder: the folder with the configuration.
        fetched: returns the folders of fetched modules, by key.
        var_files: files with values of the root's variables; a later file wins.
        variables_are_checked: whether the values of the root's variables are already checked.

    Raises:
        UserError: a file cannot be read.
        OperationError: a module cannot be fetched.
    """
    values: dict[str, Expression] = {}
    for path in var_files:
        if not path.is_file():
            raise UserError(f"--var-file: there is no file {str(path)!r}; name a *.tfvars file")
        values |= read_values(path)
    root = _Folder(folder, "", fetched, values, variables_are_checked=variables_are_checked)
    root.check(())
    return Linted(
        tuple(sorted(map(_placed, root.walk.findings))),
        tuple(sorted(map(_placed, root.walk.unchecked))),
        root.calls,
    )


def _placed(found: Finding) -> Finding:
    """Return a finding with the path as the user would name it, and with its line in JSON."""
    file, _, _ = found.file.partition(".json: ")
    if file != found.file:
        # json.loads keeps no places; the first place of the name is near enough.
        path = Path(f"{file}.json")
        key = json.dumps(found.path.rpartition(".")[2], ensure_ascii=False)
        before = path.read_text(encoding="utf-8").partition(key)[0]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return replace(found, file=shown_name(path), line=line, column=column)
    return replace(found, file=shown_name(Path(found.file)))


class _Folder:
    """A folder with module calls, with the findings of the modules inside it."""

    def __init__(
        self,
        folder: Path,
        key: str,
        fetched: Callable[[], Mapping[str, Path]],
        values: Mapping[str, Expression],
        *,
        variables_are_checked: bool,
    ) -> None:
        self.folder = folder
        self.key = key
        self.fetched = fetched
        self.values = values
        self.variables_are_checked = variables_are_checked
        self.walk = Walk(self._lookup)
        self.calls = 0
        self.variables = read_variables(folder)
        self.locals: dict[str, Expression] = {}
        for body in bodies(folder, "locals"):
            for block in body.named("locals"):
                self.locals |= block.attributes

    def check(self, callers: tuple[Path, ...]) -> None:
        """Check the values of variables, the calls, and the modules inside the folder."""
        for name, variable in self.variables.items():
            for given in (variable.block.attributes.get("default"), self.values.get(name)):
                if given is not None:
                    self.walk.value(Value.of(given), variable.type, f"var.{name}")
        for call in module_calls(self.folder):
            key = f"{self.key}{call.name}"
            target = module_folder(call, self.folder, key, self._find)
            if target is None:
                continue
            self.calls += 1
            self._call(call, typed_variables(target, self._find, f"{key}."))
            inside = target.is_relative_to(self.folder.resolve()) and target not in callers
            if call.is_local and inside:
                inner = _Folder(target, f"{key}.", self.fetched, {}, variables_are_checked=True)
                inner.check((*callers, target))
                self.walk.findings += inner.walk.findings
                self.walk.unchecked += inner.walk.unchecked
                self.calls += inner.calls

    def _find(self, key: str) -> Path | None:
        return self.fetched().get(key)

    def _call(self, call: ModuleCall, variables: Mapping[str, Variable]) -> None:
        where = f"module.{call.name}"
        for name, expression in call.block.attributes.items():
            if name in _META:
                continue
            variable = variables.get(name)
            if variable is None:
                value = Value.of(expression)
                line, column = value.source.place(value.tokens[0].start)
                accepted = suggestion(name, variables, "its variables")
                what = f"the module has no variable {name!r}{accepted}"
                path = f"{where}.{name}"
                self.walk.findings.append(Finding(value.source.name, line, column, path, what))
                continue
            self.walk.value(Value.of(expression), variable.type, f"{where}.{name}")
            self._declared_type(expression, variable, f"{where}.{name}")

    def _declared_type(self, expression: Expression, variable: Variable, path: str) -> None:
        """Compare the type of a variable that is passed on unchanged with the module's type."""
        own = self.variables.get(expression.text.removeprefix("var."))
        if own is None or not expression.text.startswith("var."):
            return
        given = own.block.attributes.get("type")
        if given is not None:
            self.walk.types(own.type, variable.type, Value.of(given), path)

    def _lookup(self, names: list[str]) -> Value | None:
        kind, *rest = names
        if not rest:
            return None
        name, *keys = rest
        if kind == "local" and name in self.locals:
            return member(Value.of(self.locals[name]), keys)
        variable = self.variables.get(name) if kind == "var" else None
        if variable is None:
            return None
        nothing = Value(variable.block.source, (), {})
        if not isinstance(variable.type, AnyType) or self.variables_are_checked:
            # Its own type drops unknown attributes; `_declared_type` compares the types.
            return nothing
        given = self.values.get(name) or variable.block.attributes.get("default")
        if given is None:
            return None
        return member(Value.of(given), keys)
