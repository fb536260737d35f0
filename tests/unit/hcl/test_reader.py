"""What the reader of HCL makes of unusual files, and of wrong ones."""

# ruff: noqa: E501 - a case a line reads best

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mwaa_ecs.hcl import (
    AnyType,
    Attribute,
    HclError,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    TupleType,
    Variable,
    read_variables,
)


def read(tmp_path: Path, text: str) -> dict[str, Variable]:
    (tmp_path / "variables.tf").write_text(text)
    return read_variables(tmp_path)


def test_everything_a_type_can_say_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        variable "x" { # a comment }
          type = object({
            a = string, // one line holds two
            b = optional(number, -1.5)
            c : optional(list(tuple([bool, any])), [[true, null]]) /* another { */
            d = optional(map(set(string)), { "k e y" = [], j : ["}"] })
            e = optional(object({ f = string }))
          })
        }
        """,
    )["x"]
    string = Primitive("string")
    pair = TupleType((Primitive("bool"), AnyType()))
    assert found.type == ObjectType(
        {
            "a": Attribute(string),
            "b": Attribute(Primitive("number"), optional=True, has_default=True, default=-1.5),
            "c": Attribute(
                ListType(pair), optional=True, has_default=True, default=[[True, None]]
            ),
            "d": Attribute(
                MapType(ListType(string, is_set=True)),
                optional=True,
                has_default=True,
                default={"k e y": [], "j": ["}"]},
            ),
            "e": Attribute(ObjectType({"f": Attribute(string)}), optional=True),
        }
    )


def test_strings_and_here_documents_are_read_as_terraform_reads_them(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        'variable "a" { default = "q\\"\\u00e9\\n$${x} # no comment" }\n'
        'variable "b" {\n  default = <<-EOT\n      two\n    lines }\n  EOT\n}\n'
        'variable "c" {\n  default = <<EOT\n  kept\nEOT\n}\n'
        'variable "d" {\n  default = <<EOT\nEOT\n}\n',
    )
    assert [variable.default for variable in found.values()] == [
        'q"é\n${x} # no comment',
        "  two\nlines }\n",
        "  kept\n",
        "",
    ]


def test_what_validations_say_does_not_confuse_the_reader(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        'variable "a" {\n  type = string\n  validation {\n'
        '    condition     = can(regex("^[{}\\"]+$", var.a)) && var.a != "${"}"}"\n'
        '    error_message = "a = ${jsonencode(var.a)}: give ${join(", ", ["x", "}"])}."\n'
        '  }\n  nullable  = false\n  sensitive = true\n}\nvariable "b" {}\n',
    )
    assert (found["a"].nullable, found["a"].sensitive, found["a"].required) == (
        False,
        True,
        True,
    )
    assert (found["b"].type, found["b"].nullable) == (AnyType(), True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('variable "a" {\n  type = strin\n}\n', r":2:10: found 'strin'; expected a type"),
        ('variable "a" {\n  type = list(string\n}\n', r"variables\.tf:\d:\d+: "),
        ('variable "a" {\n', r":2:1: found the end of the file"),
        ('variable "a" {\n  default = "x\n}\n', r':2:13: a string that begins here has no'),
        ('variable "a" {\n  default = upper("x")\n}\n', r"expected a literal"),
        ('variable "a" {\n  default = "${x}"\n}\n', r"expected a string without a template"),
        ('variable "a" {}\nvariable "a" {}\n', r":2:1: variable 'a' is declared already in"),
        ('variable "a" {\n  default = 1 + "x"\n}\n', r":2:15: found '\+'; expected an operator for 1 and 'x'"),
        ('variable "a" {\n  default = 1 / 0\n}\n', r"an operator for 1 and 0"),
        ('variable "a" {\n  default = "\\UFFFFFFFF"\n}\n', r":2:13: found .*; expected .* whose escapes are characters"),
        ('variable "a" {\n  default = "\\ud800"\n}\n', r"whose escapes are characters of Unicode"),
        ('variable "a" {\n  default = 1e999\n}\n', r"expected a smaller number"),
        (f'variable "a" {{\n  type = {"list(" * 2000}any{")" * 2000}\n}}\n', r":2:\d+: it is nested more than"),
        (f'variable "a" {{\n  default = {"[" * 2000}{"]" * 2000}\n}}\n', r":2:\d+: it is nested more than"),
        (f'variable "a" {{\n  default = {"!" * 2000}true\n}}\n', r":2:\d+: it is nested more than"),
        ("variable {" * 2000, r":1:1: it is nested too deeply"),
        ("variable § {}\n", r":1:10: this is not HCL"),
        ('variable "a" {\n  type = object({ a = })\n}\n', r"expected a type"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(HclError, match=message):
        [(variable.type, variable.default) for variable in read(tmp_path, text).values()]


def test_constants_are_computed_as_terraform_computes_them(tmp_path: Path) -> None:
    constants = {
        "60 * 24": 1440,
        "1 + 2 * 3 - 4 / 2": 5,
        "(1 + 2) * -3": -9,
        "-7 % 3": -1,
        "1 / 4": 0.25,
        "!(1 < 2 && 2 >= 3)": True,
        "1 == true || 1 != 2": True,
        "true ? [1, (2)] : []": [1, 2],
        "1 == 1.0": True,
        "1 == true": False,
    }
    lines = "".join(
        f'variable "v{number}" {{\n  default = {text}\n}}\n'
        for number, text in enumerate(constants)
    )
    found = [variable.default for variable in read(tmp_path, lines).values()]
    assert found == list(constants.values())


def test_a_file_that_overrides_replaces_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "local_override.tf").write_text('variable "a" {\n  default = "theirs"\n}\n')
    found = read(tmp_path, 'variable "a" {\n  type = string\n  default = "ours"\n}\n')["a"]
    assert (found.type, found.default) == (Primitive("string"), "theirs")


def test_a_file_that_overrides_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "override.tf").write_text('variable "b" {}\n')
    with pytest.raises(HclError, match=r"override\.tf:1:1: no other file declares .* 'b'"):
        read(tmp_path, 'variable "a" {}\n')


def test_terraforms_json_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "more.tf.json").write_text(
        """{
          "//": "made by a tool",
          "variable": {"b": {"type": "map(object({ x = optional(number, 2) }))",
                             "default": {"k": {"x": 1.5}}, "description": "Two \\"words\\"."},
                       "c": [{"nullable": false}]},
          "provider": [{"aws": {}}]
        }"""
    )
    found = read(tmp_path, 'variable "a" {}\n')
    assert list(found) == ["b", "c", "a"]
    number = Attribute(Primitive("number"), optional=True, has_default=True, default=2)
    assert found["b"].type == MapType(ObjectType({"x": number}))
    assert (found["b"].default, found["b"].description) == ({"k": {"x": 1.5}}, 'Two "words".')
    assert (found["c"].required, found["c"].nullable) == (True, False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"variable"', r"more\.tf\.json:1:12: this is not JSON"),
        ('{"variable": 1}', r"more\.tf\.json:1:1: variable: expected a mapping"),
        ('{"variable": {"a": {"type": "strin"}}}', r"variable\.a\.type:1:1: found 'strin'"),
        ('{"variable": {"a": {"type": ""}}}', r"variable\.a\.type:1:1: it is empty"),
        ('["variable", ' + "[" * 100000, r"nested too deeply|expected a mapping|not JSON"),
    ],
)  # fmt: skip
def test_wrong_json_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "more.tf.json").write_text(text)
    with pytest.raises(HclError, match=message):
        [found.type for found in read(tmp_path, 'variable "z" {\n  type = x\n}\n').values()]


def test_files_that_terraform_passes_over_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".hidden.tf").write_text("no HCL §")
    (tmp_path / "folder.tf").mkdir()
    assert list(read(tmp_path, 'variable "a" {}\n')) == ["a"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tf")
    with pytest.raises(HclError, match="it is not an ordinary file"):
        read(tmp_path, "")
