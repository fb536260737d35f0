# mypy: ignore-errors
"""The module's own operators in every mode that calls AWS differently."""

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from mwaa_ecs_operator import DockerOperator, EcsTaskOperator

try:
    from airflow.sdk import task
except ImportError:  # Airflow 2
    from airflow.decorators import task


class LostError(Exception):
    """The first try's worker is gone."""


class Tried:
    """A task instance in one of its tries."""

    def __init__(self, ti, number):
        self._ti = ti
        self.try_number = number

    def __getattr__(self, name):
        return getattr(self._ti, name)


class OwnModes:
    """Makes the tasks.

    Args:
        setup: of the proof; its parameters stand below `/<setup>`.
        connections: by mode.
        once: does something as soon as a condition holds.
    """

    def __init__(self, setup, connections, once):
        self.settings = {"ssm_prefix": f"/{setup}", "do_xcom_push": False}
        self.connections = connections
        self.once = once

    def operator(self, mode, *command, kind=EcsTaskOperator, **more):
        """The operator as a DAG has it."""
        return kind(
            **{
                "task_id": mode,
                "task": "operator",
                "command": list(command or ["/hello"]),
                "aws_conn_id": self.connections[mode],
                **self.settings,
                **more,
            }
        )

    def killed(self, mode):
        """Run until Airflow ends it, once its container has started and was looked at."""
        started = Path(os.environ["AIRFLOW_HOME"]) / f"{mode}-started"

        def end():
            time.sleep(3)  # for its log
            os.kill(os.getpid(), signal.SIGALRM)  # what Airflow times by

        class Killed(EcsTaskOperator):
            def execute(this, context):  # noqa: N805
                self.once(started.exists, end)
                return super().execute(context)

        return self.operator(
            mode,
            *("wait", str(started)),
            kind=Killed,
            execution_timeout=timedelta(minutes=10),
        )

    def reattach(self, mode):
        """Start a container, lose its worker, and take it over in the next try."""
        gate = Path(os.environ["AIRFLOW_HOME"]) / f"{mode}-found"

        class First(EcsTaskOperator):
            def _note_started(this, *args):  # noqa: N805
                super()._note_started(*args)
                raise LostError

        @task(task_id=mode)
        def run(**context):
            name = f"{mode}-run"
            command = ("pause", str(gate))
            first = self.operator(name, *command, kind=First)
            with suppress(LostError):
                first.execute({**context, "ti": Tried(context["ti"], 1)})
            second = self.operator(name, *command)
            self.once(lambda: second._task_arn is not None, gate.touch)
            second.execute({**context, "ti": Tried(context["ti"], 2)})
            assert second._task_arn == first._task_arn, "a second container was started"

        self.connections[f"{mode}-run"] = self.connections[mode]
        run()

    def register(self, mode):
        """Run a definition derived from the task's: another user."""
        return self.operator(
            mode,
            kind=DockerOperator,
            image="hello-world:latest",
            user="1000",
            register=True,
        )

    def by_image(self, mode):
        """Find the task by its image."""
        return self.operator(mode, kind=DockerOperator, image="hello-world:latest")

    def all(self):
        """By mode, what makes it."""
        return {
            "task-operator": self.operator,
            "task-operator-deferrable": lambda mode: self.operator(mode, deferrable=True),
            "task-operator-xcom": lambda mode: self.operator(mode, do_xcom_push=True),
            "task-operator-killed": self.killed,
            "task-operator-reattach": self.reattach,
            "docker-operator": self.by_image,
            "docker-operator-register": self.register,
        }
