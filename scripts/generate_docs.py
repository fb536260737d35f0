"""Writes the tables of inputs and outputs into every README beside a variables.tf.

Usage: python scripts/generate_docs.py [--check]

Between the markers in a README stands what this script writes, from variables.tf and outputs.tf
of the same folder; --check writes nothing and fails where a README is stale.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- BEGIN GENERATED INPUTS AND OUTPUTS: make docs -->"
END = "<!-- END GENERATED INPUTS AND OUTPUTS -->"


@dataclass(frozen=True)
class Item:
    """A variable or an output: its description, and for a variable its type and default."""

    name: str
    description: str
    type_source: str = ""
    default: str | None = None

    @property
    def is_object(self) -> bool:
        """Tell whether the type has attributes of its own."""
        return "object(" in self.type_source


def main() -> int:
    """Write or check every README; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")
    check = parser.parse_args().check
    stale = [folder for folder in documented_folders() if update(folder, check=check)]
    for folder in stale:
        name = (folder / "README.md").relative_to(ROOT)
        print(f"{name}: {'stale, say make docs' if check else 'written'}")  # noqa: T201
    return 1 if check and stale else 0


def documented_folders() -> Iterator[Path]:
    """Yield the root and every module and example with variables."""
    for path in (
        ROOT,
        *sorted((ROOT / "modules").iterdir()),
        *sorted((ROOT / "examples").iterdir()),
    ):
        if (path / "variables.tf").is_file():
            yield path


def update(folder: Path, *, check: bool) -> bool:
    """Bring one README up to date; tell whether it was stale."""
    readme = folder / "README.md"
    old = readme.read_text(encoding="utf-8")
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        sys.exit(f"{readme.relative_to(ROOT)}: needs one line {BEGIN} and one line {END}")
    before, rest = old.split(BEGIN)
    after = rest.split(END)[1]
    new = f"{before}{BEGIN}\n{generate(folder)}{END}{after}"
    if new == old:
        return False
    if not check:
        readme.write_text(new, encoding="utf-8")
    return True


def generate(folder: Path) -> str:
    """Return the generated part of a README."""
    inputs = list(variables(folder / "variables.tf"))
    parts = [
        "",
        "## Inputs",
        "",
        "| Name | Description | Type | Default |",
        "| --- | --- | --- | --- |",
    ]
    parts += [
        f"| `{item.name}` | {cell(item.description)} | {short_type(item)} | "
        f"{'required' if item.default is None else f'`{item.default}`'} |"
        for item in inputs
    ]
    for item in inputs:
        if item.is_object:
            parts += ["", f"Type of `{item.name}`:", "", "```hcl", item.type_source, "```"]
    if (folder / "outputs.tf").is_file():
        parts += ["", "## Outputs", "", "| Name | Description |", "| --- | --- |"]
        parts += [
            f"| `{item.name}` | {cell(item.description)} |"
            for item in outputs(folder / "outputs.tf")
        ]
    return "\n".join([*parts, "", ""])


def short_type(item: Item) -> str:
    """Return the type for a table's cell; an object's attributes are shown below the table."""
    text = " ".join(item.type_source.split())
    return f"`{text.partition('object(')[0]}object`" if item.is_object else f"`{text}`"


def cell(text: str) -> str:
    """Return a description as one line of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def variables(path: Path) -> Iterator[Item]:
    """Yield the variables of a file, in its order."""
    text = path.read_text(encoding="utf-8")
    for name, body in blocks(text, "variable"):
        default = json.dumps(plain(body["default"])) if "default" in body else None
        yield Item(name, string(body["description"]), type_source(text, name), default)


def outputs(path: Path) -> Iterator[Item]:
    """Yield the outputs of a file, in its order."""
    for name, body in blocks(path.read_text(encoding="utf-8"), "output"):
        yield Item(name, string(body["description"]))


def blocks(text: str, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and body of each block of a kind; python-hcl2 keeps the quotes of names."""
    for block in hcl2.loads(text).get(kind, []):
        for name, body in block.items():
            if not name.startswith("__"):
                yield name.strip('"'), body


def plain(value: Any) -> Any:
    """Return a literal as Python has it; python-hcl2 keeps the quotes of strings."""
    if isinstance(value, str):
        if value.startswith('"'):
            return string(value)
        return None if value == "null" else value
    if isinstance(value, dict):
        return {
            key.strip('"'): plain(item)
            for key, item in value.items()
            if not key.startswith("__")
        }
    return [plain(item) for item in value] if isinstance(value, list) else value


def string(value: str) -> str:
    """Return the text of a quoted string or a here document."""
    text = value.strip('"')
    if heredoc := re.match(r"<<-?(\w+)\n(.*)\n\s*\1\s*$", text, re.S):
        return textwrap.dedent(heredoc[2])
    return str(json.loads(value)) if value.startswith('"') else value


def type_source(text: str, name: str) -> str:
    """Return a variable's type as it stands in the file, by counting its brackets."""
    block = text[text.index(f'variable "{name}"') :]
    found = re.search(r"^  type\s*=\s*", block, re.M)
    if found is None:
        return "string"
    rest, depth = block[found.end() :], 0
    for position, character in enumerate(rest):
        depth += (character in "({[") - (character in ")}]")
        if depth == 0 and character in ")}]\n":
            return textwrap.dedent("  " + rest[: position + 1]).strip()
    return rest.strip()


if __name__ == "__main__":
    sys.exit(main())
