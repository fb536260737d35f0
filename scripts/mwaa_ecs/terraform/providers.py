"""Finds the source of Terraform's providers.

Terraform's own rules come first: the user's CLI configuration, or the registry. Where the
registry cannot be reached, this module looks for an unpacked filesystem mirror, and writes a
CLI configuration for this package's runs. It never changes the user's files.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mwaa_ecs.errors import UserError
from mwaa_ecs.files import read_text, write_whole
from mwaa_ecs.hcl import read_blocks

REGISTRY_HOST = "registry.terraform.io"

MIRROR_VARIABLE = "MWAA_ECS_PLUGIN_DIR"
"""Environment variable with the path of a folder that contains `registry.terraform.io`."""

_CONFIG_VARIABLE = "TF_CLI_CONFIG_FILE"
_INSTALLATION = "provider_installation"
_ADD_ON_DIRECTORIES = ("/opt", "/usr/local/share", "/usr/local/lib", "/usr/share", "/usr/lib")
_REGISTRY_TIMEOUT_SECONDS = 3.0


@contextmanager
def provider_environment(
    environ: Mapping[str, str] | None = None,
) -> Iterator[dict[str, str | None]]:
    """Yield the variables that Terraform needs to find providers; None means unset.

    There are none where the user's configuration or the registry works. The configuration file
    for a mirror exists as long as the context.

    Raises:
        UserError: `MWAA_ECS_PLUGIN_DIR` names a folder that is not a mirror.
    """
    with TemporaryDirectory(prefix="mwaa-ecs-terraformrc-") as folder:
        yield provider_variables(Path(folder), environ)


def provider_variables(
    folder: Path, environ: Mapping[str, str] | None = None
) -> dict[str, str | None]:
    """Return the variables of `provider_environment`, with a configuration file that stays.

    The file exists as long as Terraform needs it, also where this process is killed.

    Raises:
        UserError: `MWAA_ECS_PLUGIN_DIR` names a folder that is not a mirror.
        OperationError: the file cannot be written.
    """
    environ = os.environ if environ is None else environ
    named = environ.get(MIRROR_VARIABLE)
    if not named and _user_decides(environ):
        return {}
    # Terraform warns at each run about a configuration file that does not exist.
    missing = _CONFIG_VARIABLE in environ and not Path(environ[_CONFIG_VARIABLE]).is_file()
    mirror = _named_mirror(named) if named else None
    if mirror is None and not _registry_answers():
        mirror = find_mirror()
    if mirror is None:
        return {_CONFIG_VARIABLE: None} if missing else {}
    config = folder / "terraformrc"
    # The user's settings may contain credentials.
    text = mirror_configuration(mirror) + _other_settings(environ)
    write_whole(config, text, private=True)
    return {_CONFIG_VARIABLE: str(config)}


def mirror_configuration(mirror: Path) -> str:
    """Return a CLI configuration that installs the registry's providers from `mirror` only."""
    quoted = str(mirror).replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
    pattern = f"{REGISTRY_HOST}/*/*"
    return (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{quoted}"\n'
        f'    include = ["{pattern}"]\n'
        "  }\n"
        "  direct {\n"
        f'    exclude = ["{pattern}"]\n'
        "  }\n"
        "}\n"
    )


def find_mirror(roots: Iterable[str | Path] = _ADD_ON_DIRECTORIES) -> Path | None:
    """Return the first unpacked mirror one or two levels below `roots`."""
    for root in map(Path, roots):
        for pattern in (REGISTRY_HOST, f"*/{REGISTRY_HOST}"):
            for found in sorted(root.glob(pattern)):
                if _is_mirror(found.parent):
                    return found.parent
    return None


def _named_mirror(named: str) -> Path:
    folder = Path(named).expanduser().resolve()
    for candidate in (folder, folder.parent):
        if _is_mirror(candidate):
            return candidate
    raise UserError(
        f"{MIRROR_VARIABLE}: {named!r} holds no folder {REGISTRY_HOST}/<namespace>/<provider>; "
        "name a Terraform filesystem mirror, or unset the variable"
    )


def _is_mirror(folder: Path) -> bool:
    host = folder / REGISTRY_HOST
    return host.is_dir() and any(path.is_dir() for path in host.glob("*/*"))


def _user_decides(environ: Mapping[str, str]) -> bool:
    """Return whether the user's CLI configuration configures the installation of providers."""
    return any(
        re.search(rf"^\s*{_INSTALLATION}\b", text, re.M)
        for text in _user_configurations(environ).values()
    )


def _other_settings(environ: Mapping[str, str]) -> str:
    """Return the user's CLI configuration without the installation of providers.

    Hosts, credentials and the plugin cache also apply to runs with a mirror.
    """
    parts = []
    for name, text in _user_configurations(environ).items():
        top = read_blocks(text, name)
        for block in top.blocks:
            if block.kind != _INSTALLATION:
                parts.append(text[block.start : block.end])
        parts += [f"{key} = {value.text}" for key, value in top.attributes.items()]
    return "".join(f"{part}\n" for part in parts)


def _user_configurations(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of the files that Terraform reads as CLI configuration, by path."""
    if _CONFIG_VARIABLE in environ:
        paths = [Path(environ[_CONFIG_VARIABLE])]
    else:
        home = Path(environ.get("HOME", "~")).expanduser()
        paths = [home / ".terraformrc", *sorted((home / ".terraform.d").glob("*.tfrc"))]
    found = {}
    for path in paths:
        text = read_text(path)
        if text is not None:
            found[str(path)] = text
    return found


# Without an answer each call waits for the whole timeout, so one call decides for the process.
@cache
def _registry_answers() -> bool:
    try:
        with socket.create_connection((REGISTRY_HOST, 443), timeout=_REGISTRY_TIMEOUT_SECONDS):
            return True
    except OSError:
        return False
