"""The Terraform files of a folder: both syntaxes, and files that override the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mwaa_ecs.hcl.blocks import Block, read_blocks
from mwaa_ecs.hcl.json_syntax import read_json_blocks
from mwaa_ecs.hcl.lexer import HclError

_JSON = ".tf.json"
_SUFFIXES = (".tf", _JSON)


def terraform_files(folder: Path) -> list[Path]:
    """Return the files that Terraform reads as a module, by name, those that override last."""
    found = [
        path
        for path in folder.glob("*")
        if path.name.endswith(_SUFFIXES) and not path.name.startswith(".") and not path.is_dir()
    ]
    return sorted(found, key=lambda path: (_overrides(path), path))


def bodies(folder: Path, kind: str) -> Iterator[Block]:
    """Yield the body of each file of a folder with a block of that kind, overriding ones last.

    A file that does not contain the word `kind` is not parsed.

    Raises:
        HclError: a file cannot be read.
    """
    for path in terraform_files(folder):
        text = read_source(path)
        if kind in text:
            read = read_json_blocks if path.name.endswith(_JSON) else read_blocks
            yield read(text, str(path))


def read_source(path: Path) -> str:
    """Return the text of a Terraform file.

    Raises:
        HclError: the file cannot be read.
    """
    try:
        if not path.is_file() and path.exists():
            # Reading from a pipe would never end.
            raise HclError(f"{path}:1:1: it cannot be read: it is not an ordinary file")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise HclError(f"{path}:{line}:1: it cannot be read: it is not UTF-8") from None
    except OSError as error:
        raise HclError(f"{path}:1:1: it cannot be read: {error.strerror}") from None


def declared(folder: Path, kind: str) -> dict[str, Block]:
    """Return the blocks of a kind with one label, by label, after overriding files are applied.

    Raises:
        HclError: a file cannot be read, declares a block again, or overrides a missing one.
    """
    found: dict[str, Block] = {}
    for body in bodies(folder, kind):
        overrides = _overrides(Path(body.source.name))
        for block in body.named(kind):
            name = block.labels[0] if block.labels else ""
            first = found.get(name)
            if overrides and first is None:
                raise block.error(f"no other file declares the {kind} {name!r} to override")
            if first is None:
                found[name] = block
            elif overrides:
                found[name] = replace(
                    first,
                    attributes={**first.attributes, **block.attributes},
                    blocks=[*first.blocks, *block.blocks],
                )
            else:
                raise block.error(
                    f"{kind} {name!r} is declared already in {first.source.name}:{first.line}"
                )
    return found


def _overrides(path: Path) -> bool:
    stem = path.name.removesuffix(_JSON).removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")
