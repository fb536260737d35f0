"""What Python can do to an argument before, in and after a call; marks as in `inputs`."""

from __future__ import annotations

from unit.migrate.inputs import HEAD

PYTHON: dict[str, dict[str, str]] = {
    "a default where nothing is passed": {
        "dag.py": HEAD
        + """
def by_or(image=None):
    image = image or "alpine:1"
    return DockerOperator(task_id="a", image=image)  #: DockerOperator converted import - alpine:1,alpine:2

def by_if(image=None):
    if image is None:
        image = "alpine:3"
    if not image.startswith("docker.io/"):
        image = "docker.io/library/" + image
    return DockerOperator(task_id="b", image=image)  #: DockerOperator converted import - docker.io/library/alpine:3,docker.io/library/alpine:4

def by_if_else(tag=None, **more):
    return DockerOperator(  #: DockerOperator converted import - alpine:5,alpine:6
        task_id="c", image=f"alpine:{tag if tag else '5'}", **more
    )

def by_pop(**kwargs):
    image = kwargs.pop("image", "alpine:7")
    return DockerOperator(image=image, **kwargs)  #: DockerOperator converted import - alpine:7,alpine:8

def by_return(image=None):
    if image:
        return image
    return "our-image"

by_or()
by_or("alpine:2")
by_if()
by_if("alpine:4")
by_if_else()
by_if_else("6", retries=2)
by_pop(task_id="d")
by_pop(task_id="e", image="alpine:8")
DockerOperator(task_id="f", image=by_return("alpine:9"))  #: DockerOperator converted import - alpine:9
""",
    },
    "a branch by what is passed": {
        "dag.py": HEAD
        + """
DEBUG = False

def image_of(kind):
    if kind == "a":
        return "alpine:1"
    elif kind in ("b", "c"):
        return "alpine:2"
    return "our-image"

DockerOperator(task_id="a", image=image_of("b"))  #: DockerOperator converted import - alpine:2
# A constant of the file may be another one tomorrow: both branches count.
DockerOperator(task_id="b", image="alpine:3" if DEBUG else "alpine:4")  #: DockerOperator converted import - alpine:3,alpine:4
""",
    },
    "names that come by *": {
        "settings.py": """
IMAGE = "alpine:1"
""",
        "dag.py": """
from airflow.providers.docker.operators.docker import *
from docker.types import *
from settings import *

DockerOperator(  #: DockerOperator decision import mount alpine:1
    task_id="a", image=IMAGE, mounts=[Mount("/a", "b")]
)
""",
    },
    "properties and class methods": {
        "dag.py": HEAD
        + """
class Settings:
    tag = "1"

    @property
    def image(self):
        return f"alpine:{self.tag}"

    @classmethod
    def other(cls):
        return f"busybox:{cls.tag}"

class Production(Settings):
    tag = "2"

DockerOperator(task_id="a", image=Production().image)  #: DockerOperator converted import - alpine:2
DockerOperator(task_id="b", image=Production.other())  #: DockerOperator converted import - busybox:2
""",
    },
    "a name that is set again": {
        "dag.py": HEAD
        + """
COMMON = {"image": "alpine:1"}; COMMON |= {"image": "alpine:2"}
DockerOperator(task_id="a", **COMMON)  #: DockerOperator converted import - alpine:2
DockerOperator(task_id="b", **{**COMMON, **dict(user="me")}, **{})  #: DockerOperator converted import - alpine:2

def build(**kwargs):
    kwargs["image"] = kwargs.get("image", "alpine:5")
    kwargs["image"] += "-slim"
    return DockerOperator(**kwargs)  #: DockerOperator converted import - alpine:5-slim,alpine:6-slim

build(task_id="d")
build(task_id="e", image="alpine:6")

def prepare():
    global IMAGE
    IMAGE = "alpine:3"

IMAGE = "alpine:4"
prepare()
DockerOperator(task_id="c", image=IMAGE)  #: DockerOperator converted import - alpine:3,alpine:4
""",
    },
    "an operator that is changed afterwards": {
        "dag.py": HEAD
        + """
import os
from docker.types import Mount

a = DockerOperator(task_id="a", image="alpine:1")  #: DockerOperator converted import - alpine:1,alpine:2
if os.environ.get("STAGE"):
    a.image = "alpine:2"
b = DockerOperator(task_id="b", image="alpine:3", mounts=[])  #: DockerOperator decision import mount,mount
b.mounts.append(Mount("/x", "x"))
b.mounts += [Mount("/y", "y")]
c = DockerOperator(task_id="c", image="alpine:4")  #: DockerOperator decision import private-environment
c.private_environment["TOKEN"] = "s3cr3t"
""",
    },
    "a subclass that changes itself": {
        "dag.py": HEAD
        + """
from docker.types import Mount

class Mounting(DockerOperator):
    def __init__(self, extra=None, **kwargs):
        super().__init__(**kwargs)
        if extra:
            self.mounts.append(extra)

class Working(Mounting):
    def execute(self, context):
        self.working_dir = "/work"
        return super().execute(context)

Mounting(task_id="a", image="alpine:1")  #: subclass converted import -
Mounting(task_id="b", image="alpine:1", extra=Mount("/x", "x"))  #: subclass decision import mount
Working(task_id="c", image="alpine:1", working_dir="{{ ds }}")  #: subclass converted import -
""",
    },
    "an object that builds operators": {
        "dag.py": HEAD
        + """
class Builder:
    def __init__(self, name, image=None):
        self.name, self.image = name, image
        self.tag = image

    def build(self):
        return DockerOperator(task_id="a", image=self.tag)  #: DockerOperator converted import - alpine:1

class Special(Builder):
    pass

Special("a", image="alpine:1").build()

class Unused:
    def __init__(self, image=None):
        self.image = image

    def build(self):
        return DockerOperator(task_id="b", image=self.image)  #: DockerOperator decision import runtime-image image
""",
    },
    "an XCom that is mapped": {
        "dag.py": HEAD
        + """
from airflow.decorators import task

@task
def tables():
    return ["a", "b"]

found = tables()
DockerOperator.partial(task_id="a", image="alpine:1").expand_kwargs(  #: partial converted import -
    found.map(lambda table: {"command": ["load", table], "environment": {"TABLE": table}})
)
DockerOperator.partial(task_id="b", image="alpine:1").expand_kwargs(found)  #: partial decision import unknown-arguments
""",
    },
    "packages above the operator's module": {
        "dag.py": """
from airflow.providers import docker as provider
import airflow.providers.docker.operators as operators

provider.operators.docker.DockerOperator(task_id="a", image="alpine:1")  #: DockerOperator converted arguments -
operators.docker.DockerOperator(task_id="b", image="alpine:1")  #: DockerOperator converted arguments -
""",
    },
    "images and arguments that people mistake": {
        "dag.py": HEAD
        + """
DockerOperator(task_id="a", image="centos:latest", mnt_tmp_dir=False)  #: DockerOperator converted import unknown-argument
DockerOperator(task_id="b", image="centos: latest")  #: DockerOperator refused import image-reference
""",
    },
}
