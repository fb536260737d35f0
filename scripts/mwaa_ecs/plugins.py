"""Packs a folder of Airflow plugins into a zip file that changes only when the files do.

MWAA's environment is updated, for half an hour, whenever the zip file has other bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import mwaa_ecs_operator
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.files import read_text, write_whole

# modules/dags compares the folder with the list beside the zip file by the same pattern.
_LEFT_OUT = re.compile(r"(^|/)__pycache__/|\.pyc$|(^|/)\.DS_Store$")
# The earliest time in a zip file's format.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_IGNORE = ".airflowignore"
_PLUGIN = """from mwaa_ecs_operator.plugin import MwaaEcsOperatorPlugin  # noqa: F401
"""


@dataclass(frozen=True)
class Packed:
    """A zip file of plugins.

    Attributes:
        path: the zip file.
        files: the number of files in it.
        written: whether its content changed.
    """

    path: Path
    files: int
    written: bool


@dataclass(frozen=True)
class _File:
    content: bytes
    mode: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def pack(folder: Path, out: Path, *, operator: bool = False) -> Packed:
    """Pack the files of `folder` into the zip file `out`, and list them in `<out>.json`.

    The list has each file's SHA-256 by its path in the folder.

    Args:
        folder: the folder to pack.
        out: the zip file to write.
        operator: add the package `mwaa_ecs_operator`, which the list leaves out.

    Raises:
        UserError: there is no such folder, it is empty, or `out` cannot be a zip file.
        OperationError: a file cannot be read or written; an earlier zip file stays.
    """
    _check(folder, out)
    files = _read(folder)
    if not files:
        raise UserError(
            f"FOLDER: {str(folder)!r} holds no file to pack (Python's leftovers do not count); "
            "name the folder with the plugins"
        )
    packed = {**files, **_operator_files(files)} if operator else files
    # Another machine may compress differently, so a zip file with the same files is kept.
    written = _held_by(out) != packed
    if written:
        write_whole(out, _zipped(packed))
    listed = json.dumps({name: file.sha256 for name, file in files.items()}, indent=2) + "\n"
    beside = out.with_name(f"{out.name}.json")
    if read_text(beside) != listed:
        write_whole(beside, listed)
    return Packed(out, len(packed), written)


def _operator_files(files: Mapping[str, _File]) -> dict[str, _File]:
    """Return what makes `mwaa_ecs_operator` importable, and its links known to Airflow 2."""
    package = Path(mwaa_ecs_operator.__file__).parent
    if taken := [name for name in files if name.startswith(package.name)]:
        raise UserError(
            f"--operator: FOLDER holds {taken[0]!r} already, and the package would replace it; "
            "remove it from the folder"
        )
    found = {
        f"{package.name}/{path.name}": _File(path.read_bytes(), 0o644)
        for path in sorted(package.glob("*.py"))
    }
    # Airflow loads each file of a plugins folder as a module of its bare name, so `links.py`
    # would replace any other module `links`. The ignore file excludes the package from that.
    ignored = files[_IGNORE].content.rstrip() + b"\n" if _IGNORE in files else b""
    found[_IGNORE] = _File(ignored + f"{package.name}/\n".encode(), 0o644)
    found[f"{package.name}_plugin.py"] = _File(_PLUGIN.encode(), 0o644)
    return found


def _check(folder: Path, out: Path) -> None:
    if not folder.exists():
        raise UserError(f"FOLDER: there is no folder {str(folder)!r}")
    if not folder.is_dir():
        raise UserError(f"FOLDER: {str(folder)!r} is a file; name the folder with the plugins")
    if out.suffix != ".zip":
        raise UserError(f"--out: {str(out)!r} does not end with .zip")
    if out.is_dir():
        raise UserError(f"--out: {str(out)!r} is a folder; name a file in it")
    if out.resolve().is_relative_to(folder.resolve()):
        raise UserError(
            f"--out: {str(out)!r} lies in {str(folder)!r}, which is to be packed; name a file "
            "outside it"
        )


def _read(folder: Path) -> dict[str, _File]:
    """Return the files to pack, by their names in the zip file, in its order."""
    try:
        found = {path.relative_to(folder).as_posix(): path for path in _walk(folder, ())}
        return {
            name: _file(name, found[name])
            for name in sorted(found)
            if not _LEFT_OUT.search(name)
        }
    except OSError as error:
        raise OperationError(
            f"FOLDER: {error.filename} cannot be read: {error.strerror}"
        ) from None


def _walk(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files below a folder; links are followed, as Terraform's `fileset` does."""
    real = folder.resolve()
    if real in above:
        raise UserError(f"FOLDER: the link {str(folder)!r} leads back to a folder above it")
    for path in folder.iterdir():
        if path.name == ".git":
            raise UserError(
                f"FOLDER: {str(folder)!r} holds a .git, which is no plugin; name the folder in "
                "it with the plugins"
            )
        if path.is_dir():
            yield from _walk(path, (*above, real))
        else:
            yield path


def _file(name: str, path: Path) -> _File:
    if not path.is_file():
        raise UserError(f"FOLDER: {str(path)!r} is neither a file nor a folder; take it out")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise UserError(f"FOLDER: the name {name!r} is no UTF-8; rename the file") from None
    program = path.stat().st_mode & stat.S_IXUSR
    return _File(path.read_bytes(), 0o755 if program else 0o644)


def _zipped(files: Mapping[str, _File]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, file in files.items():
            entry = ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | file.mode) << 16
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, file.content)
    return content.getvalue()


def _held_by(out: Path) -> dict[str, _File] | None:
    """Return what a zip file holds; None where there is none, or none that can be read."""
    try:
        with ZipFile(out) as archive:
            return {
                entry.filename: _File(archive.read(entry), (entry.external_attr >> 16) & 0o777)
                for entry in archive.infolist()
                if not entry.is_dir()
            }
    except (OSError, BadZipFile, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return None
