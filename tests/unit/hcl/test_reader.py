"""What the reader of HCL makes of unusual files, and of wrong ones."""

from __future__ import annotations

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
        ('variable "a" {\n  type = strin\n}\n', r":2:10: here stands 'strin' where a type"),
        ('variable "a" {\n  type = list(string\n}\n', r"variables\.tf:\d:\d+: "),
        ('variable "a" {\n', r":2:1: here stands the end of the file"),
        ('variable "a" {\n  default = "x\n}\n', r':2:13: a string that begins here has no'),
        ('variable "a" {\n  default = upper("x")\n}\n', r"where a literal is wanted"),
        ('variable "a" {\n  default = "${x}"\n}\n', r"where a string without a template"),
        ('variable "a" {}\nvariable "a" {}\n', r":2:1: variable 'a' is declared already in"),
        ("variable § {}\n", r":1:10: this is no HCL"),
        ('variable "a" {\n  type = object({ a = })\n}\n', r"where a type is wanted"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(HclError, match=message):
        [(variable.type, variable.default) for variable in read(tmp_path, text).values()]
