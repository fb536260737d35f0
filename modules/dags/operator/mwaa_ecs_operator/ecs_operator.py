"""Runs a container on ECS as an Airflow task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from mwaa_ecs_operator._airflow import AirflowException, AirflowFailException, BaseOperator
from mwaa_ecs_operator.aws import airflow_clients
from mwaa_ecs_operator.contract import Cache, Contract, TaskContract, named
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.execution import (
    LACKS_PACKAGE,
    Prepared,
    Starts,
    as_airflow_errors,
    default_deferrable,
    default_prefix,
    error_of,
    lacks_package,
    waited_too_long,
)
from mwaa_ecs_operator.hidden import Hidden
from mwaa_ecs_operator.links import ContainerLogLink, EcsTaskLink
from mwaa_ecs_operator.overrides import (
    check_length,
    command_words,
    container_override,
    environment_map,
    sidecar_overrides,
)
from mwaa_ecs_operator.sizes import size_overrides
from mwaa_ecs_operator.values import exit_codes, whole_number

if TYPE_CHECKING:
    from mwaa_ecs_operator.aws import Clients
    from mwaa_ecs_operator.logs import Tail
    from mwaa_ecs_operator.outcome import Outcome
    from mwaa_ecs_operator.running import Runner

_READ = Cache()


class EcsTaskOperator(BaseOperator):  # type: ignore[misc]
    """Run a task of the Terraform module on ECS, and show its container's lines.

    The task definition, cluster, network and log group come from the module's parameters when
    the Airflow task runs. Nothing is called while a DAG is parsed.

    Args:
        task: name of the task in the module's `tasks`. Give this or `image`.
        image: image that a task of the module runs; the contract's index finds the task.
        command: words as a list, or a text that is split as a shell does. Default: the task's.
        environment: added to the task's own variables; a dict, or a list of "NAME=value".
        cpu: CPU units of this run (1024 are one vCPU); with `memory` one of Fargate's pairs.
        memory: MiB of this run.
        ephemeral_storage: GiB of this run's disk, 21 to 200.
        sidecars: what this run changes of other containers, by name:
            `{"proxy": {"command": [...], "environment": {...}}}`.
        deferrable: wait in the triggerer. Default: Airflow's `operators.default_deferrable`.
        reattach: from the second try on, take over a container that still runs.
        start_timeout: seconds to try to start the task while AWS has no capacity.
        skip_on_exit_code: exit code or codes that skip the Airflow task.
        fail_without_retry_on_exit_code: exit code or codes after which no retry follows.
        number_logs_exception: how many last lines an error shows.
        xcom_all: the result (XCom) is a list of all lines, not the last line.
        spot_restarts: how often to start anew at once after a Spot interruption.
        tags: tags of the ECS task, by key; needs `policy.tags` of the module.
        ssm_prefix: the module's `ssm_prefix`. Default: Airflow's option
            `mwaa_ecs.ssm_prefix`, else "/mwaa".
        aws_conn_id: Airflow connection.
        region_name: region of the module. Default: the connection's.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "task",
        "image",
        "command",
        "environment",
        "cpu",
        "memory",
        "ephemeral_storage",
        "sidecars",
        "start_timeout",
        "skip_on_exit_code",
        "fail_without_retry_on_exit_code",
        "number_logs_exception",
        "spot_restarts",
        "tags",
        "ssm_prefix",
        "aws_conn_id",
        "region_name",
    )
    template_ext: ClassVar[Sequence[str]] = (".sh", ".bash", ".env")
    template_fields_renderers: ClassVar[dict[str, str]] = {
        "command": "bash",
        "environment": "json",
    }
    operator_extra_links = (EcsTaskLink(), ContainerLogLink())
    ui_color = "#f0ede4"

    def __init__(
        self,
        *,
        task: str | None = None,
        image: str | None = None,
        command: str | Sequence[str] | None = None,
        environment: Mapping[str, Any] | Sequence[str] | None = None,
        cpu: int | None = None,
        memory: int | None = None,
        ephemeral_storage: int | None = None,
        sidecars: Mapping[str, Mapping[str, Any]] | None = None,
        deferrable: bool | None = None,
        reattach: bool = True,
        start_timeout: float = 600,
        skip_on_exit_code: int | Sequence[int] | None = None,
        fail_without_retry_on_exit_code: int | Sequence[int] | None = None,
        number_logs_exception: int = 50,
        xcom_all: bool = False,
        spot_restarts: int = 0,
        tags: Mapping[str, str] | None = None,
        ssm_prefix: str | None = None,
        aws_conn_id: str | None = "aws_default",
        region_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.task = task
        self.image = image
        self.command = command
        self.environment = environment
        self.cpu = cpu
        self.memory = memory
        self.ephemeral_storage = ephemeral_storage
        self.sidecars = sidecars
        self.deferrable = default_deferrable() if deferrable is None else deferrable
        self.reattach = reattach
        self.start_timeout = start_timeout
        self.skip_on_exit_code = skip_on_exit_code
        self.fail_without_retry_on_exit_code = fail_without_retry_on_exit_code
        self.number_logs_exception = number_logs_exception
        self.xcom_all = xcom_all
        self.spot_restarts = spot_restarts
        self.tags = tags
        self.ssm_prefix = ssm_prefix
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self._task_arn: str | None = None
        self._runner: Runner | None = None
        self._killed = False
        self._was_called = False

    # -- what Airflow calls ----------------------------------------------------------------

    def execute(self, context: Any) -> Any:
        """Start the container, wait for it, and return its result."""
        self._was_called = True
        with as_airflow_errors():
            prepared = self._prepare(context)
            arn = self._take_over(prepared, context)
            if arn is None:
                arn = self._start(prepared, context, Starts())
            if self.deferrable:
                self._defer_until_stopped(prepared, arn, Starts())
            return self._finish(prepared, context, arn, Starts())

    def execute_complete(self, context: Any, event: Mapping[str, Any]) -> Any:
        """Go on after the triggerer saw the container stop."""
        if error := event.get("error"):
            raise (AirflowException if event.get("retry") else AirflowFailException)(str(error))
        with as_airflow_errors():
            prepared = self._resumed(context, event)
            arn = str(event["task_arn"])
            self._holds(prepared, arn)
            starts = Starts(int(event["after_spot"]), int(event["after_failure"]))
            return self._finish(prepared, context, arn, starts, shown=int(event["shown"]))

    def resume_execution(
        self, next_method: str, next_kwargs: dict[str, Any] | None, context: Any
    ) -> Any:
        """Go on after the triggerer; stop the container where Airflow has waited too long."""
        self._was_called = True
        if lacks_package(next_method, next_kwargs):
            self.log.error("%s", LACKS_PACKAGE)
        elif waited_too_long(next_method, next_kwargs):
            with as_airflow_errors():
                self._stop_what_runs(self._prepare(context))
        return super().resume_execution(next_method, next_kwargs, context)

    def on_kill(self) -> None:
        """Stop the container when Airflow ends the task."""
        from mwaa_ecs_operator.airflow_context import deferred_context

        self._killed = True
        # Airflow 2 ends a deferred task whose time is over without resuming it.
        late = None if self._was_called else deferred_context()
        if late is None:
            self._stop()
        else:
            with as_airflow_errors():
                self._stop_what_runs(self._prepare(late))

    # -- before the start ------------------------------------------------------------------

    def find_task(self, contract: Contract) -> str:
        """Return the name of the task to run.

        Raises:
            RefusedError: none or several fit.
        """
        if not self.image:
            if not self.task:
                raise RefusedError(
                    "Neither task nor image is given: name a task of the module, or an image"
                    " that one runs"
                )
            return str(self.task)
        entries = contract.tasks_of(str(self.image))
        if self.task and not any(entry.may_be(str(self.task)) for entry in entries):
            raise RefusedError(
                f"task = {self.task!r} does not run image = {self.image!r}, which is run by "
                f"{named(entries)}. Give one of task and image"
            )
        if not self.task and (len(entries) > 1 or entries[0].count > 1):
            raise RefusedError(
                f"image = {self.image!r} is run by several tasks: {named(entries)}. Name one "
                "with task=..."
            )
        return str(self.task or entries[0].task)

    def adapt(self, contract: TaskContract, clients: Clients, ssm_prefix: str) -> TaskContract:
        """Return the contract to run with; subclasses may run another definition."""
        del clients, ssm_prefix
        return contract

    def build_overrides(self, contract: TaskContract, context: Any) -> dict[str, Any]:
        """Return RunTask's overrides.

        Raises:
            RefusedError: what ECS or Fargate would refuse.
        """
        from mwaa_ecs_operator.airflow_context import environment_of

        environment = {**environment_of(context), **environment_map(self.environment)}
        containers = [
            container_override(
                contract.container_name, command_words(self.command), environment
            ),
            *sidecar_overrides(self.sidecars or {}),
        ]
        sizes = size_overrides(
            whole_number("cpu", self.cpu),
            whole_number("memory", self.memory),
            whole_number("ephemeral_storage", self.ephemeral_storage),
            on_fargate=contract.on_fargate,
        )
        return {"containerOverrides": containers, **sizes}

    def _prepare(self, context: Any) -> Prepared:
        from mwaa_ecs_operator.airflow_context import identity_of
        from mwaa_ecs_operator.running import Runner

        clients = airflow_clients(self.aws_conn_id, self.region_name)
        prefix = self.ssm_prefix or default_prefix()
        identity = identity_of(context)
        where = (identity.dag_id, identity.run_id, self.aws_conn_id, self.region_name)
        contract = Contract(
            lambda: clients("ssm"), prefix, _READ.of("\n".join(map(str, where)))
        )
        task = self.adapt(contract.task(self.find_task(contract)), clients, prefix)
        overrides = Hidden(self.build_overrides(task, context))
        check_length(overrides)
        return Prepared(
            clients, task, Runner(clients, task, self.log.warning), identity, overrides
        )

    def _resumed(self, context: Any, event: Mapping[str, Any]) -> Prepared:
        """Return what the task was deferred with; Terraform may have changed the contract."""
        from mwaa_ecs_operator.airflow_context import identity_of
        from mwaa_ecs_operator.running import Runner

        clients = airflow_clients(self.aws_conn_id, self.region_name)
        contract = TaskContract.parse(str(event["task_name"]), str(event["contract"]))
        runner = Runner(clients, contract, self.log.warning)
        return Prepared(clients, contract, runner, identity_of(context))

    # -- start -----------------------------------------------------------------------------

    def _take_over(self, prepared: Prepared, context: Any) -> str | None:
        if not self.reattach or prepared.identity.try_number <= 1:
            return None
        arn = prepared.runner.find_running(prepared.identity)
        if arn is not None:
            self.log.info("An earlier try left its container running. Taking it over")
            self._note_started(prepared, context, arn)
        return arn

    def _start(self, prepared: Prepared, context: Any, starts: Starts) -> str:
        tags = [
            {"key": str(key), "value": str(value)} for key, value in (self.tags or {}).items()
        ]
        try:
            arn = prepared.runner.start(
                prepared.identity,
                prepared.overrides,
                attempt=starts.attempt,
                timeout=float(self.start_timeout),
                more={"tags": tags} if tags else {},
            )
        except Exception:
            raise
        except BaseException:
            # Airflow ends the task; RunTask may have been done, and its answer not be read.
            self._stop_what_runs(prepared)
            raise
        self._note_started(prepared, context, arn)
        return arn

    def _holds(self, prepared: Prepared, arn: str) -> None:
        """Note the container that is to be stopped with the Airflow task."""
        self._task_arn, self._runner = arn, prepared.runner
        if self._killed:
            # Airflow 3 ends the task by a signal after which the program goes on.
            self._stop()

    def _stop(self) -> None:
        from mwaa_ecs_operator.outcome import STOPPED_BY_AIRFLOW

        if self._task_arn is not None and self._runner is not None:
            self.log.info("Stopping the ECS task %s", self._task_arn)
            self._runner.stop(self._task_arn, STOPPED_BY_AIRFLOW)

    def _stop_what_runs(self, prepared: Prepared) -> None:
        """Stop the container of this Airflow task where its ARN is not known here."""
        self._killed = True
        arn = prepared.runner.find_running(prepared.identity)
        if arn is not None:
            self._holds(prepared, arn)

    def _note_started(self, prepared: Prepared, context: Any, arn: str) -> None:
        from mwaa_ecs_operator.console import log_address, task_address

        self._holds(prepared, arn)
        contract, push = prepared.contract, context["ti"].xcom_push
        address = task_address(arn)
        self.log.info("Task %s runs as ECS task %s: %s", contract.task, arn, address)
        push(key=EcsTaskLink.xcom, value=address)
        stream = contract.log_stream(arn)
        if stream is None or contract.log_group is None:
            self.log.info("The task has no log that Airflow can read (log driver or log class)")
            return
        address = log_address(arn, contract.log_group, stream, contract.log_region)
        self.log.info("Its log: %s", address)
        push(key=ContainerLogLink.xcom, value=address)

    # -- until its end ---------------------------------------------------------------------

    def _defer_until_stopped(self, prepared: Prepared, arn: str, starts: Starts) -> None:
        from mwaa_ecs_operator.trigger import EcsTaskTrigger

        self.defer(
            trigger=EcsTaskTrigger(
                task_name=prepared.contract.task,
                contract=prepared.contract.source,
                task_arn=arn,
                after_spot=starts.after_spot,
                after_failure=starts.after_failure,
                aws_conn_id=self.aws_conn_id,
                region_name=self.region_name,
            ),
            method_name="execute_complete",
            timeout=self.execution_timeout,
        )

    def _finish(
        self, prepared: Prepared, context: Any, arn: str, starts: Starts, shown: int = 0
    ) -> Any:
        """Follow the container to its end, start anew where that helps, return the result."""
        from mwaa_ecs_operator.container_lines import show
        from mwaa_ecs_operator.following import follow, lines_of
        from mwaa_ecs_operator.logs import Tail

        while True:
            tail = Tail(int(self.number_logs_exception), everything=bool(self.xcom_all))
            outcome = follow(
                prepared.runner,
                lines_of(prepared.clients, prepared.contract, arn, self.log.warning),
                tail,
                prepared.contract,
                arn,
                lambda line: show(self.log, line),
                shown=shown,
                needs_lines=bool(self.do_xcom_push),
            )
            again = self._next_start(outcome, starts)
            if again is None:
                return self._conclude(outcome, tail)
            self.log.warning("%s. Starting it once more", outcome.explain())
            starts, shown = again, 0
            if not prepared.overrides.reveal():
                prepared = self._prepare(context)
            arn = self._start(prepared, context, starts)
            if self.deferrable:
                self._defer_until_stopped(prepared, arn, starts)

    def _next_start(self, outcome: Outcome, starts: Starts) -> Starts | None:
        if self._killed:
            return None
        if outcome.kind == "spot" and starts.after_spot < int(self.spot_restarts or 0):
            return replace(starts, after_spot=starts.after_spot + 1)
        # Where Airflow stopped it and not for this try, an earlier try's end came late.
        helps = outcome.restart_helps or outcome.by_airflow
        if helps and not starts.after_failure:
            return replace(starts, after_failure=1)
        return None

    def _conclude(self, outcome: Outcome, tail: Tail) -> Any:
        if outcome.succeeded:
            self.log.info("%s", outcome.summary)
            return tail.result() if self.do_xcom_push else None
        skip = exit_codes("skip_on_exit_code", self.skip_on_exit_code)
        final = exit_codes(
            "fail_without_retry_on_exit_code", self.fail_without_retry_on_exit_code
        )
        raise error_of(outcome, tail, skip, final)
