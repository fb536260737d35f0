"""Types come from exactly the module that a run uses, where it is not a folder beside it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.environments import (
    EnvironmentFolder,
    ProblemsError,
    load_module,
)
from mwaa_ecs.terraform import find_terraform

from .conftest import Write

ROOT = """
variable "tasks" {}
module "this" {
  source = "%s"
  %s
  tasks  = var.tasks
}
"""
TASKS = 'variable "tasks" {\n  type = map(object({ image = string, %s = list(string) }))\n}\n'
SETTINGS = "region: eu-west-1\naccount_id: '111111111111'\n"
REGISTRY = "modules.example.test/demo/mwaa-ecs-operator/aws"


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which `command` of version 1 is called `cmd` in version 2."""
    folder = tmp_path_factory.mktemp("repository")
    git = ("git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.test")
    subprocess.run([*git, "init", "--quiet"], check=True)
    for version, name in (("1.0.0", "command"), ("2.0.0", "cmd")):
        (folder / "modules/this").mkdir(parents=True, exist_ok=True)
        (folder / "modules/this/variables.tf").write_text(TASKS % name)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message", version], check=True)
        subprocess.run([*git, "tag", f"v{version}"], check=True)
    return folder


@pytest.fixture
def registry(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """A registry on this machine; yields the versions that it has."""
    versions = ["1.0.0"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            *_, word = self.path.strip("/").split("/")
            body = b""
            if word == "versions":
                found = [{"version": version} for version in versions]
                body = json.dumps({"modules": [{"versions": found}]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
            else:
                version = self.path.strip("/").split("/")[-2]
                self.send_response(204)
                where = f"git::file://{repository}//modules/this?ref=v{version}"
                self.send_header("X-Terraform-Get", where)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        config = tmp_path / "terraformrc"
        where = f"http://127.0.0.1:{server.server_port}/v1/modules/"
        config.write_text(
            f'host "modules.example.test" {{\n  services = {{ "modules.v1" = "{where}" }}\n}}\n'
        )
        monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(config))
        yield versions
        server.shutdown()


Accepts = Callable[..., bool]


@pytest.fixture
def accepts(team: Write, tmp_path: Path) -> Accepts:
    """Tell whether an environment's task may have a field, `command` or `cmd`."""

    def run(name: str, field: str, *, for_run: bool = False) -> bool:
        text = f"{SETTINGS}inputs: {{tasks: {{etl: {{image: x, {field}: [run]}}}}}}\n"
        folder = team({"defaults.yaml": "{}\n", f"{name}.yaml": text})
        environments = EnvironmentFolder(folder, load_module(tmp_path))
        try:
            environments.load([name], for_run=for_run)
        except ProblemsError as error:
            if f"inputs.tasks.etl.{field}: unknown key" not in str(error):
                raise
            return False
        assert environments.unchecked == []
        return True

    return run


def root(folder: Path, source: str, version: str = "") -> None:
    (folder / "variables.tf").write_text(
        ROOT % (source, f'version = "{version}"' if version else "")
    )


def test_the_types_of_a_repository_are_fetched_without_an_init(
    accepts: Accepts, repository: Path, tmp_path: Path
) -> None:
    root(tmp_path, f"git::file://{repository}//modules/this?ref=v1.0.0")
    assert accepts("dev", "command")
    assert not accepts("dev", "comand")
    root(tmp_path, f"git::file://{repository}//modules/this?ref=v2.0.0")
    assert accepts("dev", "cmd")
    assert not accepts("dev", "command")


def test_the_types_of_a_registrys_module_follow_its_version(
    accepts: Accepts, registry: list[str], tmp_path: Path
) -> None:
    root(tmp_path, REGISTRY, "~> 1.0")
    assert accepts("dev", "command")
    registry.append("2.0.0")
    assert accepts("dev", "command"), "what was fetched is kept"
    root(tmp_path, REGISTRY, "~> 2.0")
    assert not accepts("dev", "command")
    assert accepts("dev", "cmd")


def test_each_environment_is_checked_with_the_version_that_it_has(
    accepts: Accepts, registry: list[str], tmp_path: Path
) -> None:
    root(tmp_path, REGISTRY, ">= 1.0")
    assert accepts("dev", "command", for_run=True)
    registry.append("2.0.0")
    assert accepts("dev", "command")
    assert accepts("prod", "cmd")
    assert not accepts("prod", "command")


def test_terraforms_own_modules_count_where_nothing_was_rolled_out(
    accepts: Accepts, registry: list[str], tmp_path: Path
) -> None:
    root(tmp_path, REGISTRY, ">= 1.0")
    subprocess.run(["terraform", "get"], cwd=tmp_path, check=True, capture_output=True)
    registry.append("2.0.0")
    assert accepts("dev", "command")


def test_types_at_hand_need_neither_terraform_nor_a_folder_to_write_to(
    accepts: Accepts, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root(tmp_path, f"git::file://{repository}//modules/this?ref=v1.0.0")
    assert accepts("dev", "command")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / ".mwaa-ecs").rglob("*")}
    find_terraform.cache_clear()
    monkeypatch.setenv("PATH", "")
    assert not accepts("dev", "comand")
    assert before == {
        path: path.stat().st_mtime_ns for path in (tmp_path / ".mwaa-ecs").rglob("*")
    }


@pytest.mark.parametrize("command", [["render", "envs"], ["schema"], ["plan", "dev"]])
def test_a_module_that_cannot_be_fetched_stops_the_command(
    team: Write, tmp_path: Path, command: list[str]
) -> None:
    root(tmp_path, "git::file:///nowhere/at/all")
    team({"defaults.yaml": SETTINGS, "dev.yaml": "inputs: {tasks: {etl: {comand: x}}}\n"})
    if command[0] == "plan":
        command = [*command, "--dir", "envs"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    said = done.stderr.replace("\n", " ")
    assert "its modules cannot be fetched" in said
    assert f"terraform -chdir={tmp_path} get" in said
    assert not list(tmp_path.rglob("*.tfvars.json"))


def test_the_schema_has_the_types_of_the_version_that_is_asked_for(
    team: Write, registry: list[str], tmp_path: Path
) -> None:
    team({})
    root(tmp_path, REGISTRY, "1.0.0")
    for version, field in (("1.0.0", "command"), ("2.0.0", "cmd")):
        registry.append(version)
        root(tmp_path, REGISTRY, version)
        done = CliRunner().invoke(app, ["schema", "--task"])
        assert list(json.loads(done.stdout)["properties"]) == ["image", field]


def test_what_has_no_type_is_named(team: Write, tmp_path: Path) -> None:
    (tmp_path / "variables.tf").write_text('variable "tasks" {}\n')
    folder = team({"defaults.yaml": SETTINGS, "dev.yaml": "inputs: {tasks: {a: 1}}\n"})
    done = CliRunner().invoke(app, ["render", str(folder)])
    assert done.exit_code == 0
    assert "not checked: tasks" in done.stderr


def test_environments_with_the_same_module_share_its_types(
    team: Write, repository: Path, tmp_path: Path
) -> None:
    root(tmp_path, f"git::file://{repository}//modules/this?ref=v1.0.0")
    module = load_module(tmp_path)
    own, other = (module.typed(name, for_run=True) for name in ("dev", "prod"))
    assert (tmp_path / ".mwaa-ecs/dev/terraform/modules/this").is_dir()
    assert (tmp_path / ".mwaa-ecs/prod/terraform/modules/this").is_dir()
    assert own is other
