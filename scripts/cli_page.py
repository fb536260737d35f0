"""Writes docs/cli.md: every command of `mwaa-ecs` with its arguments and options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer.main

from mwaa_ecs.cli import app

_COMMAND = "mwaa-ecs"
# Every command has the first; the others are for the first level.
_EVERYWHERE = {"--help", "--install-completion", "--show-completion"}
_BEGINNING = f"""\
# Command line

<!-- Generated from the commands themselves: make docs -->

Every command of `{_COMMAND}`, by what you want to do. `--help` prints the same for each.
Data goes to stdout and messages go to stderr. The exit code is 0 for success, 1 for a failure
and 2 for a mistake in what you gave, where the command names no others.
`{_COMMAND} --install-completion` completes commands in your shell.
"""


def cli_page() -> str:
    """Return the page."""
    root: Any = typer.main.get_command(app)
    context = root.make_context(_COMMAND, [], resilient_parsing=True)
    lines = [_BEGINNING, "These options stand before the command:", ""]
    lines += _table("option", [("", one, context) for one in _options(root, context)])
    for heading, commands in root.grouped(context).items():
        lines += [f"## {heading}", ""]
        for command in commands.values():
            lines += _section(command, context, "###")
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(command: Any, parent: Any, marks: str) -> Iterator[str]:
    """Yield the lines of a command's section, then those of its own commands."""
    context = command.make_context(command.name, [], parent=parent, resilient_parsing=True)
    below = getattr(command, "commands", {})
    yield from (f"{marks} {context.command_path}", "")
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield from _paragraph(" ".join(paragraph.split()))
    arguments = [
        one for one in command.get_params(context) if one.param_type_name == "argument"
    ]
    options = _options(command, context)
    if not below:
        words = [
            context.command_path,
            *map(_argument, arguments),
            "[OPTIONS]" if options else "",
        ]
        yield from ("```text", " ".join(filter(None, words)), "```", "")
    yield from _table("argument", [(_name(one), one, context) for one in arguments])
    yield from _table("option", [("", one, context) for one in options])
    for one in below.values():
        yield from _section(one, context, f"{marks}#")


def _options(command: Any, context: Any) -> list[Any]:
    return [
        one
        for one in command.get_params(context)
        if one.param_type_name == "option" and not _EVERYWHERE & set(one.opts)
    ]


def _paragraph(text: str) -> Iterator[str]:
    """Yield a paragraph of a command's help; an example is a block of code."""
    before, is_example, example = text.partition("Example: ")
    if before:
        yield from (_plain(before), "")
    if is_example:
        yield from ("```console", f"$ {example}", "```", "")


def _table(title: str, rows: list[tuple[str, Any, Any]]) -> Iterator[str]:
    if not rows:
        return
    yield from (f"| {title} | what it is |", "| --- | --- |")
    for name, parameter, context in rows:
        option, what = parameter.get_help_record(context)
        yield f"| `{name or option}` | {_plain(what)} |"
    yield ""


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.human_readable_name).strip("[]").upper()


def _argument(argument: Any) -> str:
    name = _name(argument) + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _plain(text: str) -> str:
    """Return words of a help text so that Markdown shows them as they stand."""
    return re.sub(r"([|<>*_])", r"\\\1", " ".join(text.split()))
