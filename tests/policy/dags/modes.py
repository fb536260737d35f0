# mypy: ignore-errors
"""The operator in every mode that calls AWS differently: a task a mode.

MODES says which of them to make, and which connection each has: that of a role session of its
own, by which its calls are told. What Terraform made stands in PROOF; a mode that reads it from
Parameter Store does so while it runs.
"""

import inspect
import json
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow import DAG
from airflow.providers.amazon.aws.hooks.ecs import EcsHook
from airflow.providers.amazon.aws.hooks.ssm import SsmHook
from airflow.providers.amazon.aws.operators.ecs import (
    EcsRegisterTaskDefinitionOperator,
    EcsRunTaskOperator,
)
from own_modes import OwnModes

try:
    from airflow.sdk import Variable, task
except ImportError:  # Airflow 2
    from airflow.decorators import task
    from airflow.models import Variable

PROOF = json.loads(os.environ["PROOF"])
MODES = json.loads(os.environ["MODES"])
SETUP = os.environ["SETUP"]
MAIN = PROOF["kwargs"]["operator"]
TAKES = inspect.signature(EcsRunTaskOperator.__init__).parameters
LOGS = ("awslogs_group", "awslogs_region", "awslogs_stream_prefix")


def operator(mode, *command, kind=EcsRunTaskOperator, kwargs=MAIN, without=(), **more):
    """The operator by a task's parameter, as the snippet of the module has it."""
    given = {key: value for key, value in kwargs.items() if key in TAKES}
    container = {"name": kwargs["container_name"], "command": list(command or ["/hello"])}
    settings = {
        "task_id": mode,
        "aws_conn_id": MODES[mode],
        "overrides": {"containerOverrides": [container]},
        "waiter_delay": 1,
        "awslogs_fetch_interval": timedelta(seconds=1),
        "do_xcom_push": False,
        **given,
        **more,
    }
    return kind(**{k: v for k, v in settings.items() if k not in without})


def started(mode):
    """The file that says that a container which waits has started."""
    return Path(os.environ["AIRFLOW_HOME"]) / f"{mode}-started"


def waits(mode):
    """A command that goes on until it is stopped."""
    return "wait", str(started(mode))


def once(condition, then):
    """Do `then` as soon as `condition` holds, while the caller goes on."""

    def wait():
        while not condition():
            time.sleep(0.1)
        then()

    threading.Thread(target=wait, daemon=True).start()


def killed(mode):
    """Run until Airflow ends it: one that takes too long as one that is killed, by on_kill.

    Its time is over once its container has started and was looked at, and not before, however
    slow the machine.
    """
    looked_at = threading.Event()

    def end():
        time.sleep(3)  # for its log
        os.kill(os.getpid(), signal.SIGALRM)  # what Airflow times by

    class Killed(EcsRunTaskOperator):
        def execute(self, context):
            events = self.client.meta.events
            events.register("after-call.ecs.DescribeTasks", lambda **_: looked_at.set())
            once(lambda: started(mode).exists() and looked_at.is_set(), end)
            return super().execute(context)

    return operator(mode, *waits(mode), kind=Killed, execution_timeout=timedelta(minutes=10))


def by_parameter(mode, *names):
    """Read each task's JSON parameter, then run it."""

    @task(task_id=mode)
    def run(**context):
        for name in names:
            value = SsmHook(aws_conn_id=MODES[mode]).get_parameter_value(
                f"/{SETUP}/tasks/{name}"
            )
            operator(f"{mode}-{name}", kwargs=json.loads(value)).execute(context)

    for name in names:
        MODES[f"{mode}-{name}"] = MODES[mode]
    run()


def by_variable(mode):
    """The same through Airflow's secrets backend, which is asked for others too."""

    @task(task_id=mode)
    def run(**context):
        assert Variable.get("not-there", None) is None
        assert Variable.get("token") == "s3cret"
        kwargs = Variable.get("operator", deserialize_json=True)
        operator(f"{mode}-run", kwargs=kwargs).execute(context)

    MODES[f"{mode}-run"] = MODES[mode]
    run()


def reattach(mode):
    """Start a container, lose sight of it, and find it again as the next try does."""
    gate = Path(os.environ["AIRFLOW_HOME"]) / f"{mode}-found"

    @task(task_id=mode)
    def run(**context):
        command = ("pause", str(gate))
        first = operator(f"{mode}-run", *command, reattach=True, wait_for_completion=False)
        first.execute(context)
        second = operator(f"{mode}-run", *command, reattach=True)
        once(lambda: second.arn is not None, gate.touch)
        second.execute(context)
        assert second.arn == first.arn, "a second container was started"

    MODES[f"{mode}-run"] = MODES[mode]
    run()


def execute_command(mode):
    """Open a shell in a container that runs."""

    @task(task_id=mode)
    def run(**context):
        ecs = EcsHook(aws_conn_id=MODES[mode]).conn
        first = operator(f"{mode}-run", *waits(mode), wait_for_completion=False)
        first.execute(context)
        try:
            ecs.execute_command(
                cluster=MAIN["cluster"],
                task=first.arn,
                container=MAIN["container_name"],
                command="/bin/sh",
                interactive=True,
            )
        except ecs.exceptions.ClientError as error:  # the sandbox has no such shell
            if error.response["Error"]["Code"].startswith("AccessDenied"):
                raise
        finally:
            ecs.stop_task(cluster=MAIN["cluster"], task=first.arn, reason="looked")

    MODES[f"{mode}-run"] = MODES[mode]
    run()


def register(mode):
    """Register a family derived from each, and run it."""
    last = operator(mode)
    for number, definition in enumerate(PROOF["registered"]):
        name = f"{mode}-{number}"
        first = EcsRegisterTaskDefinitionOperator(
            task_id=name, aws_conn_id=MODES[mode], **definition
        )
        MODES[f"{name}-run"] = MODES[mode]
        derived = {
            **MAIN,
            "task_definition": definition["family"],
            "container_name": definition["container_definitions"][0]["name"],
        }
        first >> operator(f"{name}-run", kwargs=derived) >> last


def read(mode, together):
    """Read every parameter and run nothing: ten in a call, or one each as the article does."""

    @task(task_id=mode)
    def run():
        ssm = SsmHook(aws_conn_id=MODES[mode]).conn
        if together:
            for start in range(0, len(PROOF["parameters"]), 10):  # more are refused
                names = PROOF["parameters"][start : start + 10]
                assert not ssm.get_parameters(Names=names)["InvalidParameters"]
        else:
            for name in PROOF["parameters"]:
                ssm.get_parameter(Name=name)

    run()


MAKE = {
    "synchronous": operator,
    "without-logs": lambda mode: operator(mode, without=LOGS),
    "without-container-name": lambda mode: operator(mode, without=("container_name",)),
    "deferrable": lambda mode: operator(mode, deferrable=True),
    "xcom": lambda mode: operator(mode, do_xcom_push=True),
    "failed": lambda mode: operator(mode, "fail", "3"),
    "killed": killed,
    "start-failure": lambda mode: by_parameter(mode, "broken"),
    "json-parameter": lambda mode: by_parameter(mode, *PROOF["run_by_parameter"]),
    "reattach": reattach,
    "tags": lambda mode: operator(
        mode, tags={"team": "data"}, propagate_tags="TASK_DEFINITION"
    ),
    "secrets-backend": by_variable,
    "execute-command": execute_command,
    "register": register,
    "parameters-together": lambda mode: read(mode, together=True),
    "parameters-one-by-one": lambda mode: read(mode, together=False),
    **OwnModes(SETUP, MODES, once).all(),
}

with DAG("modes", start_date=datetime(2024, 1, 1, tzinfo=UTC), schedule=None):
    for mode in tuple(MODES):
        MAKE[mode](mode)
