"""The word list that `make check` holds code, messages and docs to."""

from __future__ import annotations

import pytest

from check_words import check_locals, check_text


def phrases(path: str, text: str) -> list[str]:
    return [found.phrase for found in check_text(path, text)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Say make lock.", ["Say"]),
        ("cpu: legal are 256 and 512", ["legal are"]),
        ("it is no folder", ["is no folder"]),
        ("there is no folder there", []),
        ("a number is wanted", ["is wanted"]),
        ("a truth value", ["truth value"]),
        ("pip install 'mwaa-ecs[sandbox]'", ["pip install 'mwaa-ecs"]),
        ("pip install 'mwaa-ecs[sandbox]==1.0.0'", []),
        ("pip install 'mwaa-ecs[sandbox] @ git+https://example.com/x@1'", []),
        ("It must be one of 256 and 512. Run make lock.", []),
    ],
)
def test_a_phrase_is_found_wherever_it_stands(line: str, found: list[str]) -> None:
    assert phrases("README.md", line) == found
    assert phrases("a.py", f"x = 1  # {line}") == found


def test_a_finding_names_place_phrase_and_what_to_write() -> None:
    (found,) = check_text("docs/a.md", "first\na number is wanted\n")
    assert str(found) == 'docs/a.md:2: "is wanted": write is expected'


def test_a_comment_begins_with_a_thing() -> None:
    assert phrases("a.py", "# What a task has.\n") == ["# What"]
    assert phrases("a.tf", "  # Of a cluster that is made.\n") == ["# Of"]
    assert phrases("a.py", "# A task has one.\n# What follows is the same sentence.\n") == []
    assert phrases("a.md", "# What it costs\n") == []


def test_a_docstring_of_the_packages_begins_with_a_thing() -> None:
    text = 'def f():\n    """What a task has."""\n'
    assert phrases("scripts/mwaa_ecs/a.py", text) == ['"""What']
    assert phrases("tests/a.py", text) == []
    assert phrases("scripts/a.py", '"""A task\'s fields."""\n') == []


def test_hcl_has_no_line_over_120_columns() -> None:
    assert phrases("a.tf", "x" * 120) == []
    assert len(phrases("a.tftest.hcl", "x" * 121)) == 1
    assert phrases("a.py", "x" * 121) == []


def test_a_local_with_an_underscore_stays_in_its_block() -> None:
    block = "locals {\n  _part = 1\n  whole = local._part\n}\n"
    used = 'output "x" {\n  value = local._part\n}\n'
    assert list(check_locals({"main.tf": block})) == []
    assert [str(one) for one in check_locals({"main.tf": block, "outputs.tf": used})] == [
        'outputs.tf:2: "local._part": name it part: it is shared'
    ]
