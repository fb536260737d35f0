"""Which module environments are rendered for, and the types that it takes from others."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_ecs.environments import find_module, load_module
from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import AnyType, ListType, Primitive

from .conftest import Write


def test_the_nearest_module_counts_and_not_one_above_it(team: Write, tmp_path: Path) -> None:
    folder = team({"dev.yaml": "{}\n"})
    root = tmp_path / "envs/root"
    root.mkdir()
    (root / "main.tf").write_text("terraform {}\n")
    assert find_module(None, folder).folder == tmp_path
    with pytest.raises(UserError, match=r"'.*/root' is the nearest .* declares no variable"):
        find_module(None, root)


def test_a_variable_without_quotes_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("variable  name {}\n")
    assert list(find_module(None, tmp_path).variables) == ["name"]


def test_workspaces_and_the_cloud_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        "terraform {\n  cloud {}\n}\n# terraform.workspace\nlocals {\n"
        '  a = terraform.workspace\n  b = "x-${terraform.workspace}"\n'
        '  c = "terraform.workspace"\n}\n'
    )
    (tmp_path / "more.tf.json").write_text(
        '{"locals": {\n"d": "${terraform.workspace}", "e": "terraform.workspace"}}'
    )
    module = load_module(tmp_path)
    assert module.backend == "cloud"
    assert [place.rpartition("/")[2] for place in module.workspaces] == [
        "main.tf:6",
        "main.tf:7",
        "more.tf.json:2",
    ]


def test_modules_that_call_each_other_are_read_to_an_end(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(
            f'variable "x" {{}}\nmodule "m" {{\n  source = "../{other}"\n  x = var.x\n}}\n'
        )
    assert load_module(tmp_path / "a").variables["x"].type == AnyType()


def test_a_module_whose_source_is_computed_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "x" {}\nmodule "m" {\n  source = "${local.base}/m"\n  x = var.x\n}\n'
    )
    assert load_module(tmp_path).variables["x"].type == AnyType()


def test_json_hands_a_variable_on_and_names_the_backend(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(
        '{"variable": {"x": {}}, "terraform": [{"backend": {"s3": {}}}],'
        ' "module": {"m": {"source": "./m", "x": "${var.x}"}}}'
    )
    (tmp_path / "m").mkdir()
    (tmp_path / "m/main.tf").write_text('variable "x" {\n  type = list(string)\n}\n')
    module = load_module(tmp_path)
    assert module.variables["x"].type == ListType(Primitive("string"))
    assert module.backend == "s3"


def test_a_file_that_overrides_the_backend_counts(tmp_path: Path) -> None:
    for name, kind in (("main.tf", "s3"), ("a_override.tf", "local")):
        (tmp_path / name).write_text(f'terraform {{\n  backend "{kind}" {{}}\n}}\n')
    assert load_module(tmp_path).backend == "local"


def test_links_in_a_circle_are_a_message(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UserError, match=r"no \*\.tf file|no folder"):
        find_module(None, tmp_path / "loop")
