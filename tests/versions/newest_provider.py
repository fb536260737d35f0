"""The attributes of the newest AWS provider, read out of the bindings generated from it.

The provider itself cannot be run here. Its bindings for Python, `cdktn-provider-aws`, name all
arguments of each resource and data source, tell which are required, and name what can be read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import ZipFile

_PACKAGE = "cdktn_provider_aws"


@dataclass(frozen=True)
class Arguments:
    """What a resource, a data source or a block in one accepts.

    Attributes:
        names: each argument, with the arguments inside it where it is a block.
        required: those that must be set.
    """

    names: Mapping[str, Arguments | None]
    required: frozenset[str]


@dataclass(frozen=True)
class Kind:
    """A resource or a data source.

    Attributes:
        arguments: what can be set.
        readable: what can be read, without underscores: `a_1` and `a1` have one name there.
    """

    arguments: Arguments
    readable: frozenset[str]

    def can_read(self, name: str) -> bool:
        """Tell whether an attribute can be referred to."""
        return name.replace("_", "") in self.readable


class NewestProvider:
    """The resources and data sources of a provider.

    Args:
        wheel: its bindings.
    """

    def __init__(self, wheel: Path) -> None:
        self._archive = ZipFile(wheel)
        self._kinds: dict[str, Kind | None] = {}

    @cached_property
    def version(self) -> str:
        """The version of the provider, which is not that of its bindings."""
        (name,) = (name for name in self._files if name.endswith(".dist-info/METADATA"))
        found = re.search(r"hashicorp/aws provider version (\S+)", self._read(name))
        assert found
        return found[1]

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset(self._archive.namelist())

    def _read(self, name: str) -> str:
        return self._archive.read(name).decode()

    def kind(self, address: str) -> Kind | None:
        """Return a resource or data source; None where the provider has none of this name.

        Args:
            address: `aws_vpc`, `data.aws_vpc`.
        """
        if address not in self._kinds:
            self._kinds[address] = self._kind(address)
        return self._kinds[address]

    def _kind(self, address: str) -> Kind | None:
        heading = address.replace(".", "_")
        file = f"{_PACKAGE}/{heading.removeprefix('aws_')}/__init__.py"
        if file not in self._files:
            return None
        text = self._read(file)
        assert f"# `{heading}`" in text.partition("import")[0], file
        classes = {
            node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)
        }
        (config,) = (one for one in classes.values() if _is_config(one))
        own = classes[config.name.removesuffix("Config")]
        names = {method.name for method in _properties(own)}
        # The bindings have a property `x_input` beside each argument `x`.
        readable = {name for name in names if name.removesuffix("_input") not in names - {name}}
        return Kind(
            _arguments(config, classes),
            frozenset(name.replace("_", "") for name in readable),
        )


def _is_config(found: ast.ClassDef) -> bool:
    return any("TerraformMetaArguments" in ast.unparse(base) for base in found.bases)


def _properties(found: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    for method in found.body:
        if isinstance(method, ast.FunctionDef):
            marks = {ast.unparse(mark) for mark in method.decorator_list}
            if "builtins.property" in marks:
                yield method


def _arguments(struct: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> Arguments:
    """Return the arguments of a struct of the bindings, by Terraform's names."""
    (init,) = (
        method
        for method in struct.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
    )
    defaults = dict(zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True))
    given = {argument.arg: (argument, default) for argument, default in defaults.items()}
    names: dict[str, Arguments | None] = {}
    required = set()
    for method in _properties(struct):
        # Meta-arguments, as `count`, are not the provider's: they link to no page of it.
        link = re.search(r"#(\w+) \w+#\1\}", ast.get_docstring(method) or "")
        if not link:
            continue
        argument, default = given[method.name]
        assert argument.annotation
        inside = [
            node.value
            for node in ast.walk(argument.annotation)
            if isinstance(node, ast.Constant) and node.value in classes
        ]
        names[link[1]] = _arguments(classes[str(inside[0])], classes) if inside else None
        if default is None:
            required.add(link[1])
    return Arguments(names, frozenset(required))
