"""What a person who does not know the command finds in its help."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from mwaa_ecs.cli import app


def commands() -> Iterator[tuple[str, ...]]:
    """Yield the words of each command and group."""

    def below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield words
        if hasattr(command, "list_commands"):
            context = typer.Context(command, info_name="mwaa-ecs")
            for name in command.list_commands(context):
                yield from below(command.get_command(context, name), (*words, name))

    yield from below(typer.main.get_command(app), ())


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_has_an_example_in_80_columns(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*words, "-h"], prog_name="mwaa-ecs", env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    assert f"Example: mwaa-ecs {' '.join(words)}".strip() in " ".join(done.output.split())
    assert max(map(len, done.output.splitlines())) <= 80
    # A list of commands that breaks off in the middle of a sentence says nothing.
    assert "..." not in done.output.partition("Show this message and exit.")[2]


@pytest.mark.parametrize("words", [words for words in commands() if words], ids=" ".join)
def test_the_page_of_commands_has_every_command_with_all_its_options(
    words: tuple[str, ...], repository: Path
) -> None:
    page = (repository / "docs" / "cli.md").read_text()
    found = re.search(rf"^#+ mwaa-ecs {' '.join(words)}\n(.*?)(?=^#|\Z)", page, re.M | re.S)
    assert found, "run make docs"
    done = CliRunner().invoke(app, [*words, "-h"], prog_name="mwaa-ecs")
    options = set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", done.output, re.M))
    options -= {"--help", "--install-completion", "--show-completion"}
    assert options == set(re.findall(r"^\| `(?:-\w, )?(--[\w-]+)", found[1], re.M))


def test_commands_stand_by_what_one_wants_to_do() -> None:
    lines = CliRunner().invoke(app, ["--help"], prog_name="mwaa-ecs").output.splitlines()
    assert "Find out why:" in lines


def test_help_imports_no_command() -> None:
    script = (
        "import sys\n"
        "from mwaa_ecs.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "sys.exit(str([name for name in sys.modules if name.startswith('mwaa_ecs.cli.')]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.stderr, "sandbox" in done.stdout) == ("[]\n", True)


def test_the_version_is_printed() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.output.startswith("mwaa-ecs ")) == (0, True)


def test_completion_can_be_installed() -> None:
    assert "--install-completion" in CliRunner().invoke(app, ["--help"]).output
