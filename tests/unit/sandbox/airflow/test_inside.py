"""The program in Airflow's own Python finds the files beside a DAG, in every version."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from mwaa_ecs.processes import run
from mwaa_ecs.sandbox.airflow.program import INSIDE

# The first is the module in Airflow 2 and up to 3.1, the second in 3.2 and later.
READERS = ("airflow/models/dagbag.py", "airflow/dag_processing/dagbag.py")
DAG_BAG = """
import importlib.util, os, types
class DagBag:
    def __init__(self, folder):
        self.dags, self.import_errors = {}, {}
        for name in sorted(os.listdir(folder)):
            if name.endswith("_dag.py"):
                self.process_file(os.path.join(folder, name))
    def process_file(self, path, only_if_updated=True):
        spec = importlib.util.spec_from_file_location("dag", path)
        try:
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
            task = types.SimpleNamespace(task_id="one", downstream_task_ids={"two"})
            dag = types.SimpleNamespace(fileloc=path, tasks=[task])
            self.dags[os.path.basename(path)] = dag
        except Exception as error:
            self.import_errors[path] = repr(error)
"""
COMMAND = "import helper, sys\ndef main():\n    print(sys.argv, helper.WORD)\n"


@pytest.fixture
def airflow(tmp_path: Path) -> Path:
    """A package named `airflow`, and DAG files, one of which imports a helper."""
    files = {"airflow/__main__.py": COMMAND, "dags/helper.py": 'WORD = "beside"\n'}
    files |= {"dags/good_dag.py": "import helper\n", "dags/json.py": "1 / 0\n"}
    files |= {"dags/bad_dag.py": "import no_such_module\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def inside(folder: Path, *words: str) -> str:
    dags = str(folder / "dags")
    environ = {**os.environ, "PYTHONPATH": str(folder), "AIRFLOW__CORE__DAGS_FOLDER": dags}
    done = run([sys.executable, "-P", str(INSIDE), *words], env=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("reader", READERS)
def test_a_dag_that_imports_a_helper_beside_it_is_read(airflow: Path, reader: str) -> None:
    module = airflow / reader
    module.parent.mkdir()
    module.write_text(DAG_BAG)
    inside(airflow, "read", str(airflow / "found.json"))
    found = json.loads((airflow / "found.json").read_text())
    assert list(found["dags"]) == ["good_dag.py"]
    assert found["tasks"]["good_dag.py"]["one"]["downstream"] == ["two"]
    assert list(found["errors"]) == [str(airflow / "dags" / "bad_dag.py")]
    assert [Path(file).name for file, start, end in found["spans"] if start <= end] == [
        "bad_dag.py",
        "good_dag.py",
    ]


def test_the_command_of_airflow_finds_the_helper_too(airflow: Path) -> None:
    output = inside(airflow, "airflow", "dags", "test", "x")
    assert output == "['airflow', 'dags', 'test', 'x'] beside\n"


SUPERVISOR = """
import functools

KNOWN
def in_process_api_server():
    print("built")

class InProcessTestSupervisor:
    @staticmethod
    def _api_client(dag):
        in_process_api_server()
        print("converted", dag)
"""
TASKS = """
from airflow.sdk.execution_time.supervisor import InProcessTestSupervisor

def main():
    for dag in ("first", "first", "second", "first"):
        InProcessTestSupervisor._api_client(dag)
"""


@pytest.mark.parametrize(
    ("known", "converted"),
    [("", "first second first"), ("@functools.lru_cache", "first first second first")],
    ids=["3.0", "later"],
)
def test_the_api_of_the_tasks_is_built_once(airflow: Path, known: str, converted: str) -> None:
    module = airflow / "airflow" / "sdk" / "execution_time" / "supervisor.py"
    module.parent.mkdir(parents=True)
    module.write_text(SUPERVISOR.replace("KNOWN", known))
    (airflow / "airflow" / "__main__.py").write_text(TASKS)
    output = inside(airflow, "airflow", "dags", "test", "x")
    assert output.split("\n", 1)[0] == "built"
    assert output.replace("built", "").replace("converted", "").split() == converted.split()


TRACEBACKS = """
import sys
from structlog.dev import RichTracebackFormatter

def main():
    try:
        raise LookupError("an ARN as long as " + "x" * 100)
    except LookupError:
        RichTracebackFormatter()(sys.stdout, sys.exc_info())
"""
STRUCTLOG = """
import traceback

class RichTracebackFormatter:
    def __call__(self, sio, exc_info):
        sio.write("a box")

def plain_traceback(sio, exc_info):
    sio.write("".join(traceback.format_exception(*exc_info)))
"""


def test_tracebacks_are_plain(airflow: Path) -> None:
    structlog = airflow / "structlog" / "dev.py"
    structlog.parent.mkdir()
    structlog.write_text(STRUCTLOG)
    (airflow / "airflow" / "__main__.py").write_text(TRACEBACKS)
    output = inside(airflow, "airflow", "dags", "test", "x")
    assert output.endswith(f"\nLookupError: an ARN as long as {'x' * 100}\n")


def test_garbage_is_collected_less_often_than_by_default(airflow: Path) -> None:
    (airflow / "airflow" / "__main__.py").write_text(
        "import gc\ndef main():\n    print(*gc.get_threshold(), gc.isenabled())\n"
    )
    default = run([sys.executable, "-c", "import gc; print(*gc.get_threshold())"]).stdout
    found = inside(airflow, "airflow").split()
    assert int(found[0]) > int(default.split()[0])
    assert found[-1] == "True"


LEFT_OUT = """
import mako

def main():
    print(mako.FOUND)
    from mako.ext import pygmentplugin
    print(pygmentplugin.__name__)
"""
MAKO = """
try:
    import mako.ext.pygmentplugin
    FOUND = "colours"
except ImportError:
    FOUND = "none"
"""


def test_airflow_starts_without_a_module_that_a_dag_can_still_import(airflow: Path) -> None:
    (airflow / "mako" / "ext").mkdir(parents=True)
    (airflow / "mako" / "__init__.py").write_text(MAKO)
    (airflow / "mako" / "ext" / "pygmentplugin.py").touch()
    (airflow / "airflow" / "__main__.py").write_text(LEFT_OUT)
    assert inside(airflow, "airflow").split() == ["none", "mako.ext.pygmentplugin"]


# cadwyn, reduced to what Airflow's versions need.
CADWYN = """
class HeadVersion:
    changes = ()

class Version:
    def __init__(self, value, *changes):
        self.value, self.changes = value, changes

class VersionBundle:
    def __init__(self, head_version, *versions, api_version_var=None):
        self.head_version, self.versions = head_version, versions
        self.api_version_var = api_version_var
"""
API_VERSIONS = """
from cadwyn import HeadVersion, Version, VersionBundle

bundle = VersionBundle(
    HeadVersion(), Version("2025-08", "a change"), Version("2025-04"), api_version_var="of all"
)
"""
API_ROUTES = """
from types import SimpleNamespace

new, old = [], ["_CADWYN_DELETED_ROUTE"]
execution_api_router = SimpleNamespace(
    routes=[SimpleNamespace(path="new", tags=new), SimpleNamespace(path="old", tags=old)]
)
"""
API = """
def create_task_execution_api_app(*, lifespan):
    from airflow.api_fastapi.execution_api.routes import execution_api_router
    from airflow.api_fastapi.execution_api.versions import bundle
    print(lifespan, *(version.value for version in bundle.versions), bundle.api_version_var)
    print(*(route.path for route in execution_api_router.routes))
"""
ASKS = """
import sys

def main():
    from airflow.api_fastapi.execution_api.app import create_task_execution_api_app
    print("cadwyn" in sys.modules)
    create_task_execution_api_app(lifespan="own")
"""


@pytest.mark.parametrize(
    ("called", "built"),
    [
        ("2025-08", "False\nown 2025-08 of all\nnew\n"),
        ("2025-04", "False\nown 2025-08 2025-04 of all\nnew old\n"),
    ],
    ids=["the newest", "an older one"],
)
def test_of_the_api_only_the_version_that_tasks_call_is_built(
    airflow: Path, called: str, built: str
) -> None:
    api = "airflow/api_fastapi/execution_api"
    files = {"cadwyn.py": CADWYN, "airflow/__main__.py": ASKS, f"{api}/app.py": API}
    files |= {f"{api}/versions.py": API_VERSIONS, f"{api}/routes.py": API_ROUTES}
    files["airflow/sdk/api/datamodels/_generated.py"] = f"API_VERSION = {called!r}\n"
    for name, text in files.items():
        (airflow / name).parent.mkdir(parents=True, exist_ok=True)
        (airflow / name).write_text(text)
    assert inside(airflow, "airflow") == built


CLIENTS = """
import boto3, json
from botocore.loaders import JSONFileLoader

def main():
    read, load = [], JSONFileLoader.load_file
    JSONFileLoader.load_file = lambda self, path: read.append(path) or load(self, path)
    for _ in range(2):
        session = boto3.Session("a", "b", region_name="eu-west-1")
        print(session.client("sts").meta.service_model.service_name)
    print(len(read) - len(set(read)))
"""


def test_the_models_of_services_are_read_once(airflow: Path) -> None:
    (airflow / "airflow" / "__main__.py").write_text(CLIENTS)
    assert inside(airflow, "airflow").split() == ["sts", "sts", "0"]
