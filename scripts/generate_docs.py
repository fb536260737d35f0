"""Writes shared blocks of HCL, tables of inputs and outputs in READMEs, and whole pages.

Usage: python scripts/generate_docs.py [--check]

Between the markers in a README stands what this script writes, from variables.tf and outputs.tf
of the same folder. docs/troubleshooting.md comes from the doctor, docs/cli.md from the command
line. shared_blocks.py tells what is copied in HCL. --check writes nothing and fails where a
file is stale.
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

from cli_page import cli_page
from mwaa_ecs.doctor import CHECKS
from mwaa_ecs.doctor.page import troubleshooting_page
from mwaa_ecs.hcl import read_outputs, read_variables
from mwaa_ecs.terraform.modules import module_calls
from published import read_published, stale_places
from shared_blocks import SharedBlockError, stale_files, without_markers

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
    code = 0
    try:
        for file, text in stale_files(ROOT):
            if not check:
                file.write_text(text, encoding="utf-8")
            code = int(check)
            print(f"{file.relative_to(ROOT)}: {'stale, run make docs' if check else 'written'}")
    except SharedBlockError as error:
        code = 1
        print(error, file=sys.stderr)
    for file, text in stale_places(ROOT):
        if not check:
            file.write_text(text, encoding="utf-8")
        code = max(code, int(check))
        print(f"{file.relative_to(ROOT)}: {'stale, run make docs' if check else 'written'}")
    for folder in documented_folders():
        name = page(folder).relative_to(ROOT)
        try:
            stale = update(folder, check=check)
        except UnusableReadmeError as error:
            code = 1
            print(f"{name}: {error}", file=sys.stderr)
            continue
        if stale:
            code = max(code, int(check))
            print(f"{name}: {'stale, run make docs' if check else 'written'}")
    stale_pages = update_pages(check=check)
    for stale_page in stale_pages:
        print(f"{stale_page}: {'stale, run make docs' if check else 'written'}")
    return max(code, int(check and bool(stale_pages)))


def update_pages(*, check: bool) -> list[str]:
    """Bring the pages up to date that are generated as a whole; return the stale ones."""
    stale = []
    pages = {"docs/troubleshooting.md": troubleshooting_page(CHECKS), "docs/cli.md": cli_page()}
    for name, text in pages.items():
        path = ROOT / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    return stale


class UnusableReadmeError(Exception):
    """A README is not there, or has no place for what is generated."""


def documented_folders() -> Iterator[Path]:
    """Yield the root and every module and example with variables."""
    for path in (
        ROOT,
        *sorted((ROOT / "modules").iterdir()),
        *sorted((ROOT / "examples").iterdir()),
    ):
        if (path / "variables.tf").is_file():
            yield path


def page(folder: Path) -> Path:
    """Return the page that documents a folder's variables; the root's README stays short."""
    return ROOT / "docs" / "reference.md" if folder == ROOT else folder / "README.md"


def update(folder: Path, *, check: bool) -> bool:
    """Bring one README up to date; tell whether it was stale."""
    readme = page(folder)
    if not readme.is_file():
        raise UnusableReadmeError("is not there, but variables.tf is")
    old = readme.read_text(encoding="utf-8")
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        raise UnusableReadmeError(f"needs one line {BEGIN} and one line {END}")
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
    inputs = list(variables(folder))
    parts = [
        *(copying(folder) if folder.parent.name == "examples" else ()),
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
            parts += ["", f"### `{item.name}`", "", item.description.strip()]
            parts += ["", "<details><summary>Type</summary>", "", "```hcl"]
            parts += [item.type_source, "```", "", "</details>"]
    if (folder / "outputs.tf").is_file():
        parts += ["", "## Outputs", "", "| Name | Description |", "| --- | --- |"]
        parts += [f"| `{item.name}` | {cell(item.description)} |" for item in outputs(folder)]
    return "\n".join([*parts, "", ""])


def copying(folder: Path) -> Iterator[str]:
    """Yield what to write in a copy of an example: there, its sources lead nowhere."""
    published = read_published(ROOT)
    sources = {call.source for call in module_calls(folder) if call.source}
    yield from ("", "## Copy it", "")
    yield "In a copy outside this repository, write for each `source`:"
    yield from ("", "| here | in a copy |", "| --- | --- |")
    for source in sorted(sources):
        path = (folder / source).resolve().relative_to(ROOT).as_posix()
        own = published.registry_source("" if path == "." else path)
        there = f'`source = "{own}"` and `version = "{published.version}"`'
        yield f'| `source = "{source}"` | {there} |'


def short_type(item: Item) -> str:
    """Return the type for a table's cell; an object's attributes are shown below the table."""
    if not item.is_object:
        return f"`{' '.join(item.type_source.split())}`"
    outer = item.type_source.partition("object(")[0]
    return f"`{outer}object{')' * outer.count('(')}`"


def cell(text: str) -> str:
    """Return a description as one line of a table: what stands before its list."""
    before_list = re.split(r"^- ", text, maxsplit=1, flags=re.M)[0]
    return " ".join(before_list.split()).replace("|", "\\|")


def variables(folder: Path) -> Iterator[Item]:
    """Yield the variables of a folder, in the order of its files."""
    for variable in read_variables(folder).values():
        yield Item(
            variable.name,
            variable.description,
            without_markers(textwrap.dedent("  " + (variable.type_source or "any"))),
            None if variable.required else json.dumps(variable.default),
        )


def outputs(folder: Path) -> Iterator[Item]:
    """Yield the outputs of a folder, in the order of its files."""
    for output in read_outputs(folder):
        yield Item(output.name, output.description)


if __name__ == "__main__":
    sys.exit(main())
