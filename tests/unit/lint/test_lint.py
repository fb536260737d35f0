"""A task pasted with other names than the module's loses nothing silently."""

# ruff: noqa: E501 - a case a line reads best

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.lint import Linted, lint, terraform_loads

REPOSITORY = Path(__file__).resolve().parents[3]
MODULE = """
variable "name" { type = string }
variable "logs" {
  type    = object({ retention = optional(number) })
  default = {}
}
variable "tasks" {
  type = map(object({
    image                    = string
    command                  = optional(list(string))
    readonly_root_filesystem = optional(bool)
    environment              = optional(map(string))
    sidecars                 = optional(map(object({ image = string, depends_on = optional(list(object({ name = string }))) })))
    volumes                  = optional(list(object({ name = string, host_path = optional(string) })))
  }))
}
"""

Check = Callable[..., Linted]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Lint `main.tf` beside the module, and whatever files are given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "operator").mkdir()
    (tmp_path / "operator/variables.tf").write_text(MODULE)

    def run(main: str = "", **files: str) -> Linted:
        folder = tmp_path / "team"
        folder.mkdir(exist_ok=True)
        for name, text in {"main_tf": main, **files}.items():
            (folder / name.replace("_", ".")).write_text(text)
        return lint(folder, dict, terraform_loads(folder))

    return run


def call(tasks: str, more: str = "") -> str:
    return f'module "this" {{\n  source = "../operator"\n  tasks  = {tasks}\n}}\n{more}'


def paths(found: Linted) -> list[str]:
    return [item.path.removeprefix("module.this.tasks") for item in found.findings]


def test_a_task_pasted_in_camel_case_is_named_with_its_places(check: Check) -> None:
    found = check(
        call(
            '{\n    etl = {\n      image = "x"\n      readonlyRootFilesystem = true\n    }\n  }'
        )
    )
    (only,) = found.findings
    assert (only.file, only.line, only.column) == ("team/main.tf", 6, 7)
    assert only.path == 'module.this.tasks["etl"].readonlyRootFilesystem'
    assert "did you mean 'readonly_root_filesystem'?" in only.message
    assert found.unchecked == ()


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ('{ a = { image = "x", command = ["x"], environment = { Any = "x" } } }', []),
        ('{ a = { image = "x", comand = ["x"] } }', ['["a"].comand']),
        ('{ "a-b" = { imag = "x" } }', ['["a-b"].imag']),
        ("{ a = { sidecars = { log = { img = 1 } } } }", ['["a"].sidecars["log"].img']),
        ("{ a = { sidecars = { s = { depends_on = [{ nam = 1 }] } } } }", ['["a"].sidecars["s"].depends_on[0].nam']),
        ('{ a = { volumes = [{ name = "v" }, { hostPath = "/" }] } }', ['["a"].volumes[1].hostPath']),
        ("merge({ a = { x1 = 1 } }, { b = { x2 = 1 } })", ['["a"].x1', '["b"].x2']),
        ("merge([{ a = { x1 = 1 } }, { b = { x2 = 1 } }]...)", ['["a"].x1', '["b"].x2']),
        ("true ? { a = { x1 = 1 } } : false ? {} : { b = { x2 = 1 } }", ['["a"].x1', '["b"].x2']),
        ("({ a = ({ x1 = 1 }) })", ['["a"].x1']),
        ("try({ a = { x1 = 1 } }, {})", ['["a"].x1']),
        ('{ for n in ["a"] : n => { imag = n } if n != "b" }', ["[...].imag"]),
        ('{ for k, v in { a = { x1 = 1 } } : k => merge(v, { imag = "x" }) }', ['[...]["a"].x1', "[...].imag"]),
        ('{ ("a") = { imag = "x" } }', ["[...].imag"]),
        ("{ a = null }", []),
        ("null", []),
        ('{ a = {\n  # comment = 1\n  image = <<-EOT\n    a = { b = 1 }\n    EOT\n  imag = "${"a"}" } }', ['["a"].imag']),
    ],
)  # fmt: skip
def test_every_way_to_write_a_task_is_walked(
    check: Check, tasks: str, expected: list[str]
) -> None:
    found = check(call(tasks))
    assert paths(found) == expected
    assert found.unchecked == ()


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ("jsondecode(file(\"x\"))", "jsondecode(file(\"x\")): jsondecode() computes it"),
        ("{ for k, t in var.given : k => merge(var.open, t) }", "var.open: its value is not known before a plan"),
        ("module.other.tasks", "module.other.tasks: its value is not known before a plan"),
        ("data.x.y[*].z", "data.x.y[*].z: it is computed"),
        ("{ a = { for k in [] : k => 1 } }", "{ for k in [] : k => 1 }: a for expression computes"),
        ("local.loop", "local.loop: it refers to itself"),
        ("var.open", "var.open: its value is not known before a plan"),
    ],
)  # fmt: skip
def test_what_is_computed_is_named_and_not_passed_over(
    check: Check, tasks: str, said: str
) -> None:
    found = check(call(tasks, 'locals {\n  loop = local.loop\n}\nvariable "open" {}\n'))
    assert any(said in item.message for item in found.unchecked)
    assert found.findings == ()


def test_locals_and_variables_are_followed(check: Check) -> None:
    found = check(
        call('merge(local.all.jobs, local.all["more"], var.extra, var.given)'),
        more_tf="locals {\n  all = { jobs = { a = { x1 = 1 } }, more = local.more }\n"
        '  more = { b = { x2 = 1 } }\n}\nvariable "extra" {\n'
        '  default = { c = { x3 = 1 } }\n}\nvariable "given" {}\n',
        terraform_tfvars="given = {\n  d = { x4 = 1 }\n}\n",
    )
    assert {(item.file, item.line, item.path[-2:]) for item in found.findings} == {
        ("team/more.tf", 2, "x1"),
        ("team/more.tf", 3, "x2"),
        ("team/more.tf", 6, "x3"),
        ("team/terraform.tfvars", 2, "x4"),
    }


def test_a_variables_own_type_is_held_against_the_modules(check: Check) -> None:
    found = check(
        call("var.tasks"),
        variables_tf='variable "tasks" {\n  type = map(object({ image = string, cmd = string }))\n}\n',
        prod_auto_tfvars='tasks = { a = { image = "x", command = [] } }\n',
    )
    assert [(item.file.removeprefix("team/"), item.path) for item in found.findings] == [
        ("prod.auto.tfvars", 'var.tasks["a"].command'),
        ("variables.tf", "module.this.tasks[...].cmd"),
    ]


def test_a_wrapper_hands_a_task_on_to_the_module(check: Check, tmp_path: Path) -> None:
    (tmp_path / "team/jobs").mkdir(parents=True)
    (tmp_path / "team/jobs/main.tf").write_text(
        'variable "jobs" {}\nmodule "op" {\n  source = "../../operator"\n  tasks = var.jobs\n'
        "  logs = { retain = 1 }\n}\n"
    )
    found = check('module "w" {\n  source = "./jobs"\n  jobs = { a = { cmd = [] } }\n}\n')
    assert [item.path for item in found.findings] == [
        "module.op.logs.retain",
        'module.w.jobs["a"].cmd',
    ]


def test_an_argument_that_the_module_lacks_is_named(check: Check) -> None:
    found = check(call("{}", 'module "b" {\n  source = "../operator"\n  task = {}\n}\n'))
    (only,) = found.findings
    assert only.path == "module.b.task"
    assert "did you mean 'tasks'?" in only.message


def test_json_is_linted_too(check: Check) -> None:
    tasks = {"a": {"image": "x", "hostPath": 1, "volumes": [{"host-path": "/"}]}}
    text = json.dumps({"module": {"this": {"source": "../operator", "tasks": tasks}}}, indent=1)
    found = check(main_tf_json=text)
    assert {(item.file, item.path.rpartition(".")[2]) for item in found.findings} == {
        ("team/main.tf.json", "hostPath"),
        ("team/main.tf.json", "host-path"),
    }
    assert {item.line for item in found.findings} == {
        text[: text.index('"hostPath"')].count("\n") + 1,
        text[: text.index('"host-path"')].count("\n") + 1,
    }


def test_the_command_ends_with_1_for_findings_and_2_for_a_wrong_folder(
    check: Check, tmp_path: Path
) -> None:
    check(call("{ a = { cmd = [] } }"))
    run = CliRunner().invoke
    done = run(app, ["lint", "team"])
    assert done.exit_code == 1
    assert "team/main.tf:3:20: " in done.stdout
    assert json.loads(run(app, ["lint", "team", "--json"]).stdout)["findings"][0]["line"] == 3
    check(call("{ a = { image = 1 } }"))
    assert run(app, ["lint", "team"]).exit_code == 0
    assert run(app, ["lint", "nowhere"]).exit_code == 2
    assert run(app, ["lint", "team", "--var-file", "nowhere.tfvars"]).exit_code == 2


def test_the_examples_have_no_findings() -> None:
    examples = sorted(path.parent for path in (REPOSITORY / "examples").glob("*/main.tf"))
    assert examples
    for example in examples:
        found = lint(example, dict, terraform_loads(example))
        assert found.calls
        assert found.findings == ()
