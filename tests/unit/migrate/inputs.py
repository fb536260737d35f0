"""DAG files in the shapes that people write, each with what is expected of it.

`#: kind verdict edit codes` stands on the first line of each call; codes are the reasons' or `-`.
The call's images may follow.
Files are by their names; a leading newline is not part of a file.
"""

from __future__ import annotations

HEAD = """
from airflow import DAG
from airflow.providers.docker.operators.docker import DockerOperator
"""

INPUTS: dict[str, dict[str, str]] = {
    "(a) a literal call": {
        "dag.py": HEAD
        + """
with DAG("one"):
\tDockerOperator(  #: DockerOperator converted import -
\t\ttask_id="t",
\t\timage="python:3.11-slim",
\t\tcommand="python -c 'print(1)'",
\t\tauto_remove=True,
\t\tdocker_url="unix://var/run/docker.sock",
\t\tnetwork_mode="bridge",
\t)
""",
    },
    "(b) a factory with defaults, called in a loop": {
        "dag.py": HEAD
        + """
def make(name, image="busybox:1.36", **more):
    return DockerOperator(task_id=name, image=image, **more)  #: DockerOperator converted import -

with DAG("one"):
    for name in ["a", "b"]:
        make(name, command=["echo", name])
    make("c", image="alpine:3.19", user=1000)
""",
    },
    "(c) common arguments through **, overridden": {
        "dag.py": HEAD
        + """
COMMON = dict(image="python:3.11", auto_remove="force")
OTHER = {**COMMON, "image": "alpine:3.19"}
OTHER["working_dir"] = "/app"
THIRD = COMMON | {"entrypoint": ["sh", "-c"]}
COMMON.update(user="app")

DockerOperator(task_id="a", **COMMON)  #: DockerOperator converted import -
DockerOperator(task_id="b", **OTHER)  #: DockerOperator converted import -
DockerOperator(task_id="c", **dict(THIRD, command="ls"))  #: DockerOperator converted import -
""",
    },
    "(d) a subclass in a helper, that skips the first failures": {
        "helpers/__init__.py": "\n",
        "helpers/patient.py": """
from airflow.exceptions import AirflowSkipException
from airflow.providers.docker.operators.docker import DockerOperator

class PatientOperator(DockerOperator):
    def __init__(self, *, skips=1, **kwargs):
        kwargs.setdefault("auto_remove", "success")
        super().__init__(**kwargs)
        self.skips = skips

    def execute(self, context):
        try:
            return super().execute(context)
        except Exception as error:
            if context["ti"].try_number <= self.skips:
                raise AirflowSkipException(str(error))
            raise
""",
        "one.py": """
from helpers.patient import PatientOperator

PatientOperator(task_id="a", image="alpine:3.19", skips=2)  #: subclass converted none -
""",
        "two.py": """
from helpers import patient

patient.PatientOperator(task_id="a", image="alpine:3.19")  #: subclass converted none -
""",
        "sub/three.py": """
from helpers.patient import PatientOperator as P

P(task_id="a", image="alpine:3.19", docker_conn_id="hub")  #: subclass decision none registry-credentials
""",
    },
    "(e) a subclass that uses Docker's client": {
        "dag.py": """
from airflow.providers.docker.operators.docker import DockerOperator

class Killer(DockerOperator):
    def on_kill(self):
        self.cli.stop(self.container["Id"])

Killer(task_id="a", image="alpine:3.19")  #: subclass refused import docker-client
""",
    },
    "(f) constants of a sibling, and an image of the DAG's id": {
        "settings.py": """
REGISTRY = "ghcr.io/team"
VERSION = "1.4"
""",
        "dag.py": HEAD
        + """
from settings import REGISTRY, VERSION

DAG_ID = "sales"
IMAGE = f"{REGISTRY}/{DAG_ID}:{VERSION}"
with DAG(DAG_ID):
    DockerOperator(task_id="a", image=IMAGE)  #: DockerOperator converted import -
    DockerOperator(task_id="b", image="{}/{}".format(REGISTRY, "x:2"))  #: DockerOperator converted import -
    DockerOperator(task_id="c", image="%s/%s" % (REGISTRY, "y"))  #: DockerOperator converted import -
    DockerOperator(task_id="d", image=REGISTRY + "/z:" + VERSION)  #: DockerOperator converted import -
""",
    },
    "(g) an image by if and else of the environment": {
        "dag.py": HEAD
        + """
import os

if os.environ.get("STAGE") == "prod":
    image, entry = "python:3.11", "python"
else:
    image, entry = "python:3.12", "python3"
DockerOperator(task_id="a", image=image, entrypoint=entry)  #: DockerOperator converted import -
DockerOperator(  #: DockerOperator converted import -
    task_id="b", image="alpine:3" if os.getenv("X") else "alpine:2"
)
DockerOperator(task_id="c", image=f"org/app:{os.environ['TAG']}")  #: DockerOperator decision import runtime-image
""",
    },
    "(h) two images by expand of an XCom": {
        "dag.py": HEAD
        + """
from airflow.decorators import task

@task
def images():
    return ["python:3.11", "python:3.12"]

with DAG("one"):
    DockerOperator.partial(task_id="a").expand(image=images())  #: partial decision import runtime-image
    DockerOperator.partial(  #: partial converted import -
        task_id="b"
    ).expand(image=["python:3.11", "python:3.12"])
    DockerOperator.partial(task_id="c", image="python:3.11").expand(command=images())  #: partial converted import -
    later = DockerOperator.partial(task_id="d", image="python:3.11")  #: partial converted import -
    later.expand(environment=[{"N": "1"}, {"N": "2"}])
    DockerOperator.partial(task_id="e").expand_kwargs([{"image": "python:3.11"}])  #: partial converted import -
""",
    },
    "(i) private_environment of a sibling's dict and Variables": {
        "secrets_of_team.py": """
from airflow.models import Variable

SECRETS = {"API_PASSWORD": Variable.get("api_password")}
""",
        "dag.py": HEAD
        + """
from airflow.models import Variable
from secrets_of_team import SECRETS

DockerOperator(  #: DockerOperator decision import private-environment,private-environment
    task_id="a",
    image="python:3.11",
    private_environment={**SECRETS, "TOKEN": Variable.get("token")},
)
DockerOperator(  #: DockerOperator decision import private-environment-at-run-time
    task_id="b",
    image="python:3.11",
    private_environment=Variable.get("all", deserialize_json=True),
)
""",
    },
    "(j) a password as a literal": {
        "dag.py": HEAD
        + """
DockerOperator(  #: DockerOperator converted import -
    task_id="a", image="python:3.11", environment={"DB_PASSWORD": "hunter2-hunter2"}
)
DockerOperator(  #: DockerOperator decision import private-environment
    task_id="b", image="python:3.11", private_environment={"DB_PASSWORD": "hunter2-hunter2"}
)
""",
    },
    "(k) a folder of the host, in three tasks that pass data": {
        "dag.py": HEAD
        + """
from docker.types import Mount

DATA = Mount(source="/srv/data", target="/data", type="bind")
for step in ("extract", "transform", "load"):
    DockerOperator(  #: DockerOperator decision import mount
        task_id=step, image=f"org/{step}:1", mounts=[DATA]
    )
""",
    },
    "(l) a named volume": {
        "dag.py": HEAD
        + """
DockerOperator(  #: DockerOperator decision import mount
    task_id="a",
    image="python:3.11",
    mounts=[{"Target": "/cache", "Source": "pip-cache", "Type": "volume"}],
)
DockerOperator(  #: DockerOperator decision import mount
    task_id="b", image="python:3.11", volumes=["pip-cache:/cache:ro"]
)
""",
    },
    "(m) Docker's socket": {
        "dag.py": HEAD
        + """
from docker.types import Mount

DockerOperator(  #: DockerOperator refused import mount
    task_id="a",
    image="docker:24",
    mounts=[Mount("/var/run/docker.sock", "/var/run/docker.sock", type="bind")],
)
""",
    },
    "(n) a network of Compose": {
        "dag.py": HEAD
        + """
DockerOperator(task_id="a", image="python:3.11", network_mode="etl_default")  #: DockerOperator decision import network
DockerOperator(task_id="b", image="python:3.11", network_mode="container:db")  #: DockerOperator refused import network-mode
DockerOperator(task_id="c", image="python:3.11", network_mode="host")  #: DockerOperator converted import network-dropped
DockerOperator(  #: DockerOperator decision import network
    task_id="d",
    image="python:3.11",
    network_mode="host",
    environment={"DB": "postgres://localhost:5432/db"},
)
DockerOperator(  #: DockerOperator decision import network
    task_id="e", image="python:3.11", environment={"API": "http://host.docker.internal:80"}
)
""",
    },
    "(o) Swarm": {
        "dag.py": """
from airflow.providers.docker.operators.docker_swarm import DockerSwarmOperator

DockerSwarmOperator(task_id="a", image="python:3.11")  #: swarm refused none swarm
""",
        "old.py": """
from airflow.contrib.operators.docker_swarm_operator import DockerSwarmOperator as S

S(task_id="a", image="python:3.11")  #: swarm refused none swarm
""",
    },
    "(p) the decorator": {
        "dag.py": """
from airflow.decorators import task

COMMON = {"image": "python:3.11", "auto_remove": "force"}

@task.docker  #: decorator refused none decorator
def bare():
    return 1

@task.docker(image="python:3.11", multiple_outputs=True)  #: decorator refused none decorator
def with_arguments(x):
    return {"x": x}

@task.docker(**COMMON)  #: decorator refused none decorator
def spread():
    return 1
""",
    },
    "(q) a GPU": {
        "dag.py": HEAD
        + """
from docker.types import DeviceRequest

DockerOperator(  #: DockerOperator refused import device-requests
    task_id="a",
    image="nvcr.io/nvidia/pytorch:24.01-py3",
    device_requests=[DeviceRequest(count=-1, capabilities=[["gpu"]])],
)
DockerOperator(task_id="b", image="python:3.11", privileged=False, device_requests=None)  #: DockerOperator converted import -
DockerOperator(task_id="c", image="python:3.11", privileged=True)  #: DockerOperator refused import privileged
""",
    },
    "(r) a file as the result": {
        "dag.py": HEAD
        + """
DockerOperator(  #: DockerOperator refused import retrieve-output,retrieve-output-path
    task_id="a",
    image="python:3.11",
    retrieve_output=True,
    retrieve_output_path="/tmp/result.pkl",
)
""",
    },
    "(s) two generations of imports": {
        "dag.py": """
try:
    from airflow.providers.docker.operators.docker import DockerOperator
except ImportError:
    from airflow.operators.docker_operator import DockerOperator  # Airflow 1

DockerOperator(task_id="a", image="python:3.11")  #: DockerOperator converted import -
""",
        "contrib.py": """
try:
    from airflow.contrib.operators.docker_operator import DockerOperator as D
except ImportError:
    from airflow.providers.docker.operators.docker import (  # the new home
        DockerOperator as D,
    )

D(task_id="a", image="python:3.11", xcom_push=True)  #: DockerOperator converted import -
""",
    },
    "(t) two DAGs in a file, one in globals()": {
        "dag.py": HEAD
        + """
with DAG("one", default_args={"docker_conn_id": "hub"}) as first:
    DockerOperator(task_id="a", image="org/a:1")  #: DockerOperator decision import registry-credentials

def build(name, image):
    dag = DAG(name)
    DockerOperator(task_id="b", image=image, dag=dag)  #: DockerOperator converted import -
    return dag

globals()["two"] = build("two", "org/b:1")
""",
    },
    "(u) a class of its own that has the name": {
        "other.py": """
from airflow.models import BaseOperator

class DockerOperator(BaseOperator):
    pass

DockerOperator(task_id="a", image="x")
""",
        "dag.py": HEAD
        + """
DockerOperator(task_id="a", image="python:3.11")  #: DockerOperator converted import -
""",
    },
    "(v) only in comments and texts": {
        "other.py": '''
"""Before we had DockerOperator(image="x")."""
# DockerOperator(image="y")
TEXT = "DockerOperator(image='z')"
''',
        "dag.py": HEAD
        + """
DockerOperator(task_id="a", image="python:3.11")  #: DockerOperator converted import -
""",
    },
    "(x) default_args with a host and a network": {
        "dag.py": HEAD
        + """
defaults = {"docker_url": "tcp://user:geheim@host:2375", "network_mode": "etl_net", "retries": 1}
with DAG("one", default_args=defaults):
    DockerOperator(task_id="a", image="python:3.11")  #: DockerOperator decision import network
    DockerOperator(task_id="b", image="python:3.11", network_mode="bridge")  #: DockerOperator converted import -
other = DAG("two", default_args=defaults)
DockerOperator(task_id="c", image="python:3.11", dag=other)  #: DockerOperator decision import network
""",
        "flow.py": """
from airflow.decorators import dag, task_group
from airflow.providers.docker.operators.docker import DockerOperator
from airflow.utils.task_group import TaskGroup

@dag(default_args={"image": "python:3.11"})
def flow():
    DockerOperator(task_id="a")  #: DockerOperator converted import -
    with TaskGroup("g", default_args={"image": "python:3.12", "docker_conn_id": "hub"}):
        DockerOperator(task_id="b")  #: DockerOperator decision import registry-credentials
    DockerOperator(task_id="c", image=None)  #: DockerOperator refused import no-image

flow()
""",
    },
    "(y) the class as a value": {
        "dag.py": HEAD
        + """
import functools

def build(operator, name, **more):
    return operator(task_id=name, **more)  #: DockerOperator converted import -

build(DockerOperator, "a", image="python:3.11")  #: DockerOperator converted import -
make = functools.partial(DockerOperator, image="python:3.11", auto_remove=True)  #: partial converted import -
make(task_id="b")  #: partial converted import -
KINDS = {"docker": DockerOperator}
KINDS["docker"](task_id="c", image="python:3.11")  #: DockerOperator converted import -
isinstance(make, DockerOperator)
""",
        "far.py": HEAD
        + """
from company_factory import build

build(DockerOperator, "a")  #: DockerOperator decision import unknown-arguments,runtime-image
""",
    },
    "(z) a mount by position": {
        "dag.py": HEAD
        + """
from docker.types import Mount

DockerOperator(task_id="a", image="python:3.11", mounts=[Mount("/a", "vol")])  #: DockerOperator decision import mount
DockerOperator(  #: DockerOperator converted import -
    task_id="b", image="python:3.11", mounts=[Mount("/scratch", None, type="tmpfs")]
)
""",
    },
    "attribute access": {
        "dag.py": """
import airflow.providers.docker.operators.docker as docker_ops
from airflow.providers.docker.operators import docker
import docker.types as dt

docker_ops.DockerOperator(task_id="a", image="python:3.11")  #: DockerOperator converted import -
docker.DockerOperator(task_id="b", image="python:3.11", mounts=[dt.Mount("/a", None, "tmpfs")])  #: DockerOperator converted import -
""",
        "dotted.py": """
import airflow
import airflow.providers.docker.operators.docker

airflow.providers.docker.operators.docker.DockerOperator(  #: DockerOperator converted arguments -
    task_id="a", image="python:3.11"
)
dag = airflow.DAG("x")
""",
        "types.py": """
import docker
from airflow.providers.docker.operators.docker import DockerOperator

DockerOperator(  #: DockerOperator decision arguments mount
    task_id="a", image="python:3.11", mounts=[docker.types.Mount(target="/a", source="b")]
)
""",
    },
    "an operator that a sibling imports": {
        "common/__init__.py": """
from .docker import DockerOperator, IMAGE
""",
        "common/docker.py": """
from airflow.providers.docker.operators.docker import DockerOperator

IMAGE = "python:3.11"
""",
        "dag.py": """
from common import DockerOperator, IMAGE

DockerOperator(task_id="a", image=IMAGE)  #: DockerOperator converted none -
""",
    },
    "a factory in a sibling": {
        "factory.py": """
from airflow.providers.docker.operators.docker import DockerOperator

class Team:
    registry = "ghcr.io/team"

    def __init__(self, name):
        self.name = name

    def task(self, task_id, tag="1"):
        image = f"{self.registry}/{self.name}:{tag}"
        return DockerOperator(task_id=task_id, image=image)  #: DockerOperator converted import -

def run(task_id, image):
    return DockerOperator(task_id=task_id, image=tagged(image))  #: DockerOperator converted import -

def tagged(name):
    return name + ":2"
""",
        "dag.py": """
from factory import Team, run

run("a", "org/a")
for name in ("b", "c"):
    run(name, image="org/" + name)
Team("sales").task("d")
""",
    },
    "images and entry points of a table": {
        "dag.py": HEAD
        + """
JOBS = [
    {"name": "a", "image": "org/a:1", "entrypoint": None},
    {"name": "b", "image": "org/b:1", "entrypoint": "run --fast"},
]
for job in JOBS:
    DockerOperator(  #: DockerOperator converted import -
        task_id=job["name"], image=job["image"], entrypoint=job["entrypoint"]
    )
for name, settings in {"c": {"image": "org/c:1"}}.items():
    DockerOperator(task_id=name, **settings)  #: DockerOperator converted import -
tasks = [DockerOperator(task_id=n, image=f"org/{n}") for n in ("d", "e")]  #: DockerOperator converted import -
""",
    },
    "a subclass of a subclass": {
        "dag.py": HEAD
        + """
class Base(DockerOperator):
    def __init__(self, image, *args, **kwargs):
        super(Base, self).__init__(*args, image="ghcr.io/org/" + image, **kwargs)

class Child(Base):
    template_fields = (*Base.template_fields, "extra")

    def __init__(self, name, extra=None, **kwargs):
        self.extra = extra
        Base.__init__(self, image=f"{name}:1", **kwargs)

Child("app", task_id="a")  #: subclass converted import -
Child.partial(task_id="b", name="app").expand(command=["x"])  #: partial converted import -
""",
    },
    "images that need an answer": {
        "dag.py": HEAD
        + """
from airflow.models import Variable

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DockerOperator(task_id="a", image=f"{ECR}/a:1", docker_conn_id="ecr")  #: DockerOperator converted import -
DockerOperator(task_id="b", image="our-etl:latest")  #: DockerOperator decision import local-image
DockerOperator(task_id="c", image="localhost:5000/etl")  #: DockerOperator decision import local-image
DockerOperator(task_id="d", image="org/a:{{ ds_nodash }}")  #: DockerOperator decision import runtime-image
DockerOperator(task_id="e", image=Variable.get("image"))  #: DockerOperator decision import runtime-image
DockerOperator(task_id="f", image="registry.example.com/a")  #: DockerOperator decision import registry-credentials
DockerOperator(task_id="g", image="python: 3.11")  #: DockerOperator refused import image-reference
DockerOperator(task_id="h", image="org/a", user="{{ params.user }}")  #: DockerOperator decision import definition-at-run-time
DockerOperator(task_id="i", image="org/a", mem_limit="500g")  #: DockerOperator refused import size
DockerOperator(task_id="j", image="org/a", shm_size=1000)  #: DockerOperator refused import shm-size
DockerOperator(task_id="k", image="org/a", **Variable.get("more", deserialize_json=True))  #: DockerOperator decision import unknown-arguments
""",
    },
    "what only a newer Python reads": {
        "dag.py": HEAD
        + """
NAMES = {"tag": "1"}
LABEL = f"{NAMES["tag"]}"
DockerOperator(  #: DockerOperator converted import -
    task_id=f"a{"b"}",
    image="python:3.11",
)
""",
    },
}
