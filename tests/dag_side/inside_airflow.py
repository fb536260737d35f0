# mypy: ignore-errors
"""Checks of the operator that need Airflow and no scheduler. Runs in Airflow's own Python.

    python inside_airflow.py FILE      write what each check found wrong to FILE, as JSON

A check is a function with a name that begins with `check_`; it raises where something is wrong.
"""

import asyncio
import copy
import importlib.util
import io
import json
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow import DAG

BEFORE = frozenset(sys.modules)

from mwaa_ecs_operator import DockerOperator, EcsTaskOperator, ecs_task  # noqa: E402

# A DAG file that uses the package imports this; the lines below import more.
IMPORTED = frozenset(sys.modules) - BEFORE

import mwaa_ecs_operator.ecs_operator as operator_module  # noqa: E402
import mwaa_ecs_operator.trigger as trigger_module  # noqa: E402
from dag_side.fake_aws import (  # noqa: E402
    ARN,
    BROKEN,
    EXPIRED,
    RUNNING,
    THROTTLED,
    FakeAws,
    aws_error,
    stopped,
    times,
)
from mwaa_ecs_operator._airflow import AirflowException, AirflowFailException  # noqa: E402
from mwaa_ecs_operator.following import follow  # noqa: E402
from mwaa_ecs_operator.running import Runner  # noqa: E402

try:
    from airflow.sdk.exceptions import AirflowTaskTimeout
except ImportError:
    from airflow.exceptions import AirflowTaskTimeout
try:
    from airflow.serialization.serialized_objects import DagSerialization as Serialized
except ImportError:
    from airflow.serialization.serialized_objects import SerializedDAG as Serialized

# Put together, so that the source does not have it.
SECRET = "-".join(("hush", "inside"))
CONTRACT = {
    "cluster": "etl-cluster",
    "task_definition": "etl-nightly",
    "container_name": "nightly",
    "launch_type": "FARGATE",
    "awslogs_group": "/ecs/etl-nightly",
    "awslogs_region": "eu-west-1",
    "awslogs_stream_prefix": "ecs/nightly",
}
INDEX = {"docker.io/library/etl:latest": [{"task": "nightly", "cpu": 256, "memory": 512}]}
STOPPED_BY_AIRFLOW = "Airflow ended the task (killed, cleared or timed out)"


class Aws(FakeAws):
    """The AWS of one check, with the contract."""

    def get_parameter(self, Name):  # noqa: N803 - boto3's name
        return {"Parameter": {"Name": Name, "Value": json.dumps(CONTRACT)}}

    def get_parameters(self, Names):  # noqa: N803
        return {"Parameters": [{"Name": Names[0], "Value": json.dumps(INDEX)}]}


class TaskInstance:
    """The task instance of one check."""

    dag_id, task_id, map_index = "inside", "load", -1

    def __init__(self, try_number):
        self.try_number = try_number
        self.run_id = f"run-{id(self)}"
        self.pushed = {}

    def xcom_push(self, key, value):
        self.pushed[key] = value


def on(aws):
    """Let the operator and its trigger call an AWS, and wait by its clock."""
    for module in (operator_module, trigger_module):
        module.airflow_clients = lambda *_: aws.clients
    for waits in (Runner.__init__, follow):
        waits.__kwdefaults__ |= {"sleep": aws.sleep, "clock": lambda: aws.now}
    return aws


def context(try_number=1):
    return {"ti": TaskInstance(try_number), "logical_date": datetime(2026, 1, 1, tzinfo=UTC)}


def load(**more):
    return EcsTaskOperator(task_id="load", task="nightly", **more)


def docker(**more):
    return DockerOperator(
        task_id="docker",
        image="etl",
        private_environment={"TOKEN": SECRET},
        on_private_environment="override",
        **more,
    )


def raised(error, function, *arguments):
    """Return the error that a call raises."""
    try:
        function(*arguments)
    except error as caught:
        return caught
    raise AssertionError(f"{error.__name__} is not raised")


def stops(aws):
    return [call["task"] for call in aws.called("stop_task")]


# -- faults ---------------------------------------------------------------------------------


def unpulled(why):
    text = f"CannotPullContainerError: {why}"
    return stopped(None, stopCode="TaskFailedToStart", stoppedReason=text)


SPOT = {"stopCode": "SpotInterruption", "stoppedReason": "Your Spot Task was interrupted."}
NO_CAPACITY = {"reason": "Capacity is unavailable at this time"}
DENIED = aws_error("AccessDeniedException", "not authorized to perform: logs:GetLogEvents")
NO_STREAM = aws_error("ResourceNotFoundException")
SIDECAR = [{"name": "proxy", "exitCode": 143}, {"name": "nightly", "exitCode": 0}]
FAULTS = {
    # AWS answers so, and Airflow is to end the task so.
    "describe_throttled": ({"looks": [*times(7, THROTTLED), stopped()]}, "success"),
    "describe_500": ({"looks": [*times(7, BROKEN), stopped()]}, "success"),
    "describe_expired": ({"looks": [RUNNING, EXPIRED, stopped()]}, "success"),
    "describe_expired_for_ever": ({"looks": [EXPIRED]}, "retry"),
    "missing_for_ever": ({"looks": [RUNNING, None]}, "retry"),
    "spot_exit_0": ({"looks": [stopped(0, **SPOT)]}, "retry"),
    "spot_exit_143": ({"looks": [stopped(143, **SPOT)]}, "retry"),
    "no_capacity_3_times": ({"runs": [*times(3, NO_CAPACITY), ARN]}, "success"),
    "no_capacity_for_ever": ({"runs": [NO_CAPACITY]}, "retry"),
    "run_task_answer_lost": ({"runs": [ConnectionResetError(), ARN]}, "success"),
    "log_throttled_for_ever": ({"reads": [THROTTLED]}, "success"),
    "log_stream_late": ({"reads": [NO_STREAM, NO_STREAM, ["x"], []]}, "success"),
    "log_denied": ({"reads": [DENIED]}, "success"),
    "silent": ({"reads": [NO_STREAM]}, "success"),
    "image_not_found": (
        {"looks": [unpulled("failed to resolve ref x:1: not found")]},
        "failed",
    ),
    "image_timeout_once": (
        {"looks": [unpulled("dial tcp 1.2.3.4:443: i/o timeout"), stopped()]},
        "success",
    ),
    "image_timeout_for_ever": (
        {"looks": [unpulled("dial tcp 1.2.3.4:443: i/o timeout")]},
        "retry",
    ),
    "sidecar_143": ({"looks": [stopped(containers=SIDECAR)]}, "success"),
    "stopped_by_a_user": ({"looks": [stopped(143, stopCode="UserInitiated")]}, "retry"),
    "exit_3": ({"looks": [stopped(3)]}, "retry"),
}


def ended(aws, **more):
    """Return how Airflow ends a task."""
    try:
        load(**more).execute(context())
    except AirflowFailException:
        return "failed"
    except AirflowException:
        return "retry"
    return "success"


def seconds_and_containers():
    """Return, for each fault, the seconds by AWS's clock and how many containers it started."""
    found = {}
    for name, (answers, expected) in FAULTS.items():
        aws = on(Aws())
        for what, answer in answers.items():
            setattr(aws, what, list(answer))
        state = ended(aws)
        assert state == expected, (name, state)
        assert stops(aws) == [], name
        tokens = {call["clientToken"] for call in aws.called("run_task")}
        found[name] = round(aws.now, 1), len(aws.called("run_task")), len(tokens)
    return found


def check_each_fault_ends_the_task_as_the_table_in_the_docs_says():
    found = seconds_and_containers()
    calls = {name: calls for name, (_, calls, _) in found.items() if calls > 1}
    # Where there is no capacity, no container starts.
    assert calls.pop("no_capacity_for_ever") > 10
    assert calls.pop("no_capacity_3_times") == 4
    # ECS knows the second call by its token, and answers with the first container.
    assert calls.pop("run_task_answer_lost") == 2
    assert found["run_task_answer_lost"][2] == 1
    assert calls == {"image_timeout_once": 2, "image_timeout_for_ever": 2}


# -- ends -----------------------------------------------------------------------------------


def check_a_task_that_is_killed_while_it_starts_stops_its_container():
    # Airflow 3 calls on_kill by a signal, and the program goes on.
    aws = on(Aws())
    operator = load()
    aws.runs = [lambda: operator.on_kill() or ARN]
    aws.looks = [stopped(143, stopCode="UserInitiated", stoppedReason=STOPPED_BY_AIRFLOW)]
    raised(AirflowException, operator.execute, context())
    assert stops(aws) == [ARN]
    assert len(aws.called("run_task")) == 1


def check_a_task_that_times_out_while_it_starts_stops_its_container():
    # The answer of RunTask is never read, so that only ListTasks knows the container.
    aws = on(Aws())
    aws.runs, aws.running = [lambda: _raise(AirflowTaskTimeout())], [ARN]
    raised(AirflowTaskTimeout, load().execute, context())
    assert stops(aws) == [ARN]


def _raise(error):
    raise error


def check_a_task_that_waits_too_long_in_the_triggerer_stops_its_container():
    for error in ("Trigger timeout", "Trigger/execution timeout"):
        aws = on(Aws())
        aws.running = [ARN]
        resume = load().resume_execution
        raised(AirflowException, resume, "__fail__", {"error": error}, context())
        assert stops(aws) == [ARN]


def check_a_late_deferred_task_that_airflow_2_does_not_resume_stops_its_container():
    if importlib.util.find_spec("airflow.sdk"):
        return  # Airflow 3 resumes it, as the check above does
    from airflow.models.taskinstance import _execute_task, set_current_context

    aws, at = on(Aws()), context()
    aws.running = [ARN]
    at["ti"].task = load(execution_timeout=timedelta(seconds=1))
    at["ti"].next_method, at["ti"].next_kwargs = "__fail__", {"error": "Trigger timeout"}
    at["ti"].start_date = datetime(2026, 1, 1, tzinfo=UTC)
    with set_current_context(at):
        raised(AirflowTaskTimeout, _execute_task, at["ti"], at, at["ti"].task)
    assert stops(aws) == [ARN]


def check_a_task_that_is_killed_before_it_begins_looks_for_no_container():
    aws = on(Aws())
    aws.running = [ARN]
    load().on_kill()
    assert (stops(aws), aws.called("list_tasks")) == ([], [])


def check_a_trigger_that_fails_leaves_the_container_to_the_next_try():
    aws = on(Aws())
    aws.running = [ARN]
    lost = {"error": "Trigger failure", "traceback": ["ValueError: of somebody else"]}
    raised(AirflowException, load().resume_execution, "__fail__", lost, context())
    assert stops(aws) == []


def check_a_triggerer_without_the_package_is_told_with_what_to_do():
    on(Aws())
    lost = {
        "error": "Trigger failure",
        "traceback": ["ModuleNotFoundError: No module named 'mwaa_ecs_operator'\n"],
    }
    operator, said = load(), []
    type(operator).log = type("Log", (), {"error": lambda _, *words: said.append(str(words))})()
    try:
        raised(AirflowException, operator.resume_execution, "__fail__", lost, context())
    finally:
        del type(operator).log
    assert "plugins.zip" in "".join(said), said


def check_a_container_that_an_earlier_try_stops_late_is_started_anew():
    aws = on(Aws())
    aws.running = [ARN]
    aws.looks = [
        RUNNING,
        stopped(143, stopCode="UserInitiated", stoppedReason=STOPPED_BY_AIRFLOW),
        stopped(),
    ]
    load().execute(context(try_number=2))
    assert len(aws.called("run_task")) == 1


def check_a_cancel_reaches_the_trigger_as_airflow_sent_it():
    # The message tells Airflow that a user ended the task, and Airflow calls on_kill.
    import threading

    aws, looking, go_on = on(Aws()), threading.Event(), threading.Event()
    aws.looks = [lambda: looking.set() or go_on.wait(10) or RUNNING]
    trigger = trigger_module.EcsTaskTrigger(
        task_name="nightly", contract=json.dumps(CONTRACT), task_arn=ARN
    )

    async def story():
        waiting = asyncio.ensure_future(anext(trigger.run()))
        while not looking.is_set():
            await asyncio.sleep(0.01)
        waiting.cancel("user-action")
        try:
            await waiting
        except asyncio.CancelledError as error:
            got = error.args
        finally:
            go_on.set()
        await trigger.on_kill()
        return got

    assert asyncio.run(story()) == ("user-action",)
    assert stops(aws) == [ARN]


def fired(aws):
    """Return the event of a trigger that looks at a task which has stopped."""
    on(aws)
    trigger = trigger_module.EcsTaskTrigger(
        task_name="nightly", contract=json.dumps(CONTRACT), task_arn=ARN
    )
    return asyncio.run(anext(trigger.run())).payload


def check_a_deferred_task_ends_well_though_its_parameter_is_gone():
    aws = Aws()
    event = fired(aws)
    aws.reads = [["the result"], []]
    aws.get_parameter = lambda **_: _raise(aws_error("ParameterNotFound"))
    assert load(deferrable=True).execute_complete(context(), event) == "the result"


def check_a_deferred_task_that_spot_took_away_starts_with_what_the_call_asks_for():
    aws = Aws()
    aws.looks = [stopped(143, stopCode="SpotInterruption", stoppedReason="Spot")]
    event = fired(aws)
    operator = load(command=["--all"], spot_restarts=1, deferrable=True)
    deferred = raised(BaseException, operator.execute_complete, context(), event)
    assert type(deferred).__name__ == "TaskDeferred", deferred
    (call,) = aws.called("run_task")
    assert call["overrides"]["containerOverrides"][0]["command"] == ["--all"]


# -- what a DAG file costs, and what a container is told -------------------------------------


def check_a_dag_file_imports_nothing_of_aws_or_of_a_provider():
    assert "mwaa_ecs_operator.task_decorator" in IMPORTED, ecs_task
    providers = ("boto3", "botocore", "airflow.providers")
    assert [name for name in IMPORTED if name.startswith(providers)] == []


def check_a_container_is_told_for_what_it_runs():
    aws = on(Aws())
    load().execute(context())
    (call,) = aws.called("run_task")
    pairs = call["overrides"]["containerOverrides"][0]["environment"]
    found = {pair["name"].removeprefix("AIRFLOW_CTX_"): pair["value"] for pair in pairs}
    assert found.pop("DAG_RUN_ID").startswith("run-")
    assert found == {
        "DAG_ID": "inside",
        "TASK_ID": "load",
        "TRY_NUMBER": "1",
        "LOGICAL_DATE": "2026-01-01T00:00:00+00:00",
    }


# -- what Airflow stores --------------------------------------------------------------------


def every_kind():
    with DAG("inside", start_date=datetime(2026, 1, 1, tzinfo=UTC), schedule=None) as dag:
        load(command=["--date", "{{ ds }}"], deferrable=True)
        docker()
        DockerOperator.partial(
            task_id="mapped",
            image="etl",
            private_environment={"TOKEN": SECRET},
            on_private_environment="override",
        ).expand(command=["a", "b"])
    return dag


def check_a_dag_survives_its_serialisation_and_has_no_secret_in_it():
    stored = json.dumps(Serialized.to_dict(every_kind()))
    assert SECRET not in stored
    again = Serialized.from_dict(json.loads(stored))
    task = again.get_task("load")
    assert list(task.command) == ["--date", "{{ ds }}"]
    links = {link.name for link in task.operator_extra_links}
    assert {"ECS task", "Container log"} <= links, links


def check_a_trigger_survives_what_airflow_stores_of_it():
    trigger = trigger_module.EcsTaskTrigger(
        task_name="nightly", contract="{}", task_arn=ARN, after_spot=1, region_name="eu-west-1"
    )
    path, arguments = trigger.serialize()
    name = path.rpartition(".")[2]
    again = getattr(trigger_module, name)(**json.loads(json.dumps(arguments)))
    assert again.serialize() == (path, arguments)


def check_a_part_of_a_dag_keeps_its_private_environment():
    # Airflow copies the operators where it runs, clears or shows a part of a DAG.
    aws = on(Aws())
    copy.deepcopy(every_kind()).get_task("docker").execute(context())
    (call,) = aws.called("run_task")
    pairs = call["overrides"]["containerOverrides"][0]["environment"]
    assert {"name": "TOKEN", "value": SECRET} in pairs


def check_a_mapped_task_has_its_private_environment():
    aws = on(Aws())
    mapped = every_kind().get_task("mapped")
    mapped.unmap({"command": "a"}).execute(context())
    (call,) = aws.called("run_task")
    pairs = call["overrides"]["containerOverrides"][0]["environment"]
    assert {"name": "TOKEN", "value": SECRET} in pairs


# -- secrets --------------------------------------------------------------------------------


def shown(error):
    """Return a traceback as rich and structlog print it, with the locals of each frame."""
    from rich.console import Console
    from rich.traceback import Traceback

    text = io.StringIO()
    trace = Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_max_string=None
    )
    Console(file=text, width=300).print(trace)
    try:
        from structlog.tracebacks import ExceptionDictTransformer
    except ImportError:  # Airflow 2
        return text.getvalue()
    structured = ExceptionDictTransformer(show_locals=True, locals_max_string=100_000)
    return text.getvalue() + json.dumps(
        structured((type(error), error, error.__traceback__)), default=repr
    )


def check_a_traceback_with_locals_has_no_secret():
    for fault in (
        aws_error("AccessDeniedException", "not authorized to perform: iam:PassRole"),
        ValueError("of a kind that nobody expects"),
        AirflowTaskTimeout(),
    ):
        aws = on(Aws())
        # As in botocore, a frame below has the arguments of the call.
        aws.runs = [fault]
        text = shown(raised(BaseException, docker().execute, context()))
        assert "execute" in text
        assert SECRET not in text, text
    aws = on(Aws())
    aws.looks = [stopped(3)]
    assert SECRET not in shown(raised(AirflowException, docker().execute, context()))
    on(Aws())
    long = docker(environment={"LARGE": "v" * 8193})
    assert SECRET not in shown(raised(AirflowFailException, long.execute, context()))
    wrong = docker(environment=3)
    assert SECRET not in shown(raised(AirflowFailException, wrong.execute, context()))


def main(target):
    """Run every check."""
    found = {}
    for name, check in list(globals().items()):
        if name.startswith("check_"):
            try:
                check()
                found[name.removeprefix("check_")] = ""
            except Exception:
                found[name.removeprefix("check_")] = traceback.format_exc()
    Path(target).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
