"""Passes a container's variables to the engine's program without arguments.

Values may be secrets, and every user of the machine can read a process's arguments. Two ways
remain: a line of an env file, which the program reads from a pipe and which is never on disk,
or `--env NAME` with the value in the program's environment, which only its user can read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ENV_FILE = "/dev/stdin"
# Docker and Podman read an env file by lines of up to 64 KiB.
_MAX_LINE_BYTES = 60 * 1024
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_./:@%+,=~-]*")
# Variables that Docker, Podman, their helpers, Go's runtime or the C library read.
_CLIENTS = re.compile(
    r"(?:DOCKER|PODMAN|_?CONTAINERS?|BUILDAH|BUILDKIT|BUILDX|STORAGE|LIBPOD|REGISTRY|CNI"
    r"|NETAVARK|OTEL|GRPC|XDG|DBUS|LD|DYLD|LC|SSL|SSH|SUDO|NOTIFY|LISTEN|MALLOC|GLIBC|GPG"
    r"|RES|NSS)_\w*"
    r"|GO[A-Z0-9]+"
    r"|(?i:https?|ftp|all|no)_(?i:proxy)"
    r"|PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|TERM|LANG|LANGUAGE|TZ|ZONEINFO|TMPDIR|TMP|TEMP"
    r"|HOSTNAME|HOSTALIASES|LOCALDOMAIN|NO_COLOR|GNUPGHOME|KUBECONFIG|INVOCATION_ID"
    r"|JOURNAL_STREAM|MAINPID|container"
)


class UnpassableError(Exception):
    """Neither way can pass a variable. The text has its name but not its value."""


@dataclass(frozen=True)
class Variables:
    """Variables by the way in which they are passed.

    Attributes:
        lines: in the env file, with values that every engine version reads alike.
        passed: in the program's environment.
        checked: in the env file, with values that engine versions may read differently. The
            created container must be checked before it starts.
    """

    lines: dict[str, str] = field(default_factory=dict)
    passed: dict[str, str] = field(default_factory=dict)
    checked: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        """The program's options; they contain no values."""
        return [
            f"--env-file={ENV_FILE}",
            *(word for name in self.passed for word in ("--env", name)),
        ]

    @property
    def env_file(self) -> str:
        """The content of the env file."""
        both = {**self.lines, **self.checked}
        return "".join(f"{name}={value}\n" for name, value in both.items())


def sort_variables(environment: Mapping[str, str]) -> Variables:
    """Choose the way for each variable.

    Raises:
        UnpassableError: neither way can pass a variable.
    """
    sorted_ = Variables()
    for name, value in environment.items():
        fits = len(f"{name}={value}".encode("utf-8", "replace")) <= _MAX_LINE_BYTES
        if fits and _PLAIN_NAME.fullmatch(name) and _PLAIN_VALUE.fullmatch(value):
            sorted_.lines[name] = value
        elif _may_be_passed(name):
            sorted_.passed[name] = value
        elif fits and _is_line(name, value):
            sorted_.checked[name] = value
        else:
            raise UnpassableError(_why_not(name))
    return sorted_


def _may_be_passed(name: str) -> bool:
    # `--env NAME*` passes every variable that begins with NAME.
    return (
        name == name.strip()
        and name != ""
        and not name.endswith("*")
        and not {"=", "\0"} & set(name)
        and not _CLIENTS.fullmatch(name)
    )


def _is_line(name: str, value: str) -> bool:
    return (
        name != ""
        and not name.startswith(("#", "\ufeff"))
        and not re.search(r"[=\s\0]", name)
        and not {"\n", "\r", "\0"} & set(value)
    )


def _why_not(name: str) -> str:
    if _CLIENTS.fullmatch(name):
        return (
            f"the environment variable {name!r} means something to the container engine's own "
            "program, so its value cannot have line breaks, nor more than 60 KiB. Give it "
            "another name, or encode the value"
        )
    return (
        f"{name!r} cannot be passed to a container as an environment variable's name. Use "
        "letters, digits and underscores"
    )
