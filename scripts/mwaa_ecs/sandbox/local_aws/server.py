"""Starts and stops the local AWS, and tells how to reach it."""

from __future__ import annotations

import atexit
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, ClassVar

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.processes import restore, undisturbed, unwind_on_signals
from mwaa_ecs.sandbox.authorization.execution import execution_role_denial
from mwaa_ecs.sandbox.authorization.handler import IamHandler
from mwaa_ecs.sandbox.authorization.principals import Key, find_key
from mwaa_ecs.sandbox.ecs.roles import role_keys
from mwaa_ecs.sandbox.ecs.service import EcsService
from mwaa_ecs.sandbox.ecs.task import open_gate
from mwaa_ecs.sandbox.engines import Engine
from mwaa_ecs.sandbox.engines.stand_in import StandInEngine
from mwaa_ecs.sandbox.environment import (
    DEFAULT_REGION,
    container_environment,
    process_environment,
    without_aws,
)
from mwaa_ecs.sandbox.faults import Faults
from mwaa_ecs.sandbox.keys import Keys
from mwaa_ecs.sandbox.local_aws.calls import Call, Journal, Recording
from mwaa_ecs.sandbox.local_aws.clients import WATCHER, Clients
from mwaa_ecs.sandbox.local_aws.cloud_control_handler import CloudControlHandler
from mwaa_ecs.sandbox.local_aws.ecs_handler import EcsHandler
from mwaa_ecs.sandbox.local_aws.gateway import Gateway
from mwaa_ecs.sandbox.local_aws.hosts import Hosts
from mwaa_ecs.sandbox.local_aws.listener import Limits, Listener
from mwaa_ecs.sandbox.local_aws.moto_application import keep_what_moto_reads
from mwaa_ecs.sandbox.local_aws.moto_ec2 import (
    describe_security_groups_as_aws_does,
    show_vpc_endpoints_as_aws_does,
)
from mwaa_ecs.sandbox.local_aws.moto_ecr import add_registries
from mwaa_ecs.sandbox.local_aws.moto_ecs import skip_checks_of_task_definitions
from mwaa_ecs.sandbox.local_aws.moto_iam import have_the_policies_of_aws
from mwaa_ecs.sandbox.local_aws.moto_quotas import add_quotas
from mwaa_ecs.sandbox.local_aws.moto_s3 import judge_bucket_policies_without_conditions
from mwaa_ecs.sandbox.local_aws.mwaa_handler import MwaaHandler
from mwaa_ecs.sandbox.local_aws.outgoing import SubscriptionHandler, block_connections_of_moto
from mwaa_ecs.sandbox.local_aws.own_keys import OwnKeys
from mwaa_ecs.sandbox.local_aws.refused import RefusedRequests
from mwaa_ecs.sandbox.local_aws.signatures import SignatureVerifier, Verifier
from mwaa_ecs.sandbox.local_aws.simulation_handler import SimulationHandler
from mwaa_ecs.sandbox.logs.moto_logs import keep_log_events_on_disk
from mwaa_ecs.sandbox.mwaa.doors import RunningAirflow
from mwaa_ecs.sandbox.mwaa.service import MwaaService
from mwaa_ecs.sandbox.patches import Patches
from mwaa_ecs.sandbox.protocol import Handler

_HOST = "127.0.0.1"
_BACKLOG = 128
_END_SECONDS = 5.0
_SETTINGS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # Some 1,300 machine images that no Fargate task needs. Loading takes 0.25 s a region.
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
}


class LocalAws:
    """A local AWS on the loopback, which runs while its `with` block does.

    Example:
        with LocalAws() as aws:
            aws.client("ecs").list_clusters()

    Args:
        engine: Engine that runs the tasks' containers. It is closed with the local AWS.
            Default: none, so every image is missing.
        port: Port to listen on. Default: 0, a free one.
        region: Default region of `client` and `environment`. All regions exist.
        enforce_iam: True denies calls that a role's policies do not allow: those made with the
            role's keys, and those of ECS when it starts a task with the role. The sandbox's
            own keys can do everything. Default: False.
        limits: Limits of a client's requests. Default: `Limits()`.
        faults: Faults to inject. Default: none.

    Raises:
        UserError: The port is not valid or not free. Raised when the block begins.
        OperationError: A local AWS runs in this process already. Raised when the block begins.
    """

    # moto keeps its state in globals, so two local AWSs in a process would share it.
    _one_at_a_time: ClassVar[threading.Lock] = threading.Lock()

    def __init__(
        self,
        *,
        engine: Engine | None = None,
        port: int = 0,
        region: str = DEFAULT_REGION,
        enforce_iam: bool = False,
        limits: Limits | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.engine: Engine = engine or StandInEngine()
        self.region = region
        self.account_id = str(DEFAULT_ACCOUNT_ID)
        self._asked_port = port
        self._enforce_iam = enforce_iam
        self._limits = limits or Limits()
        self._faults = faults or Faults()
        self._keys = OwnKeys()
        self._verifier: Verifier = SignatureVerifier(self._find_key)
        self._patches = Patches()
        # A boto3 session of this process that has no endpoint must fail. With these keys it
        # fails at the real AWS.
        self._settings = {
            **_SETTINGS,
            "AWS_ACCESS_KEY_ID": self._keys.default.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self._keys.default.secret_access_key,
        }
        self._journal = Journal()
        self.refused = RefusedRequests()
        """Requests with other keys or hosts, which were refused. They are not in `calls`."""
        self._server: Listener | None = None
        self._thread: threading.Thread | None = None
        self._ecs: EcsService | None = None
        self._mwaa: MwaaService | None = None
        self._clients: Clients | None = None
        self._watcher: Clients | None = None
        self._signals: dict[Any, Any] = {}
        self._environment: dict[str, str] = {}
        self._open = False

    # -- start and end ---------------------------------------------------------------------

    def __enter__(self) -> LocalAws:
        if not self._one_at_a_time.acquire(blocking=False):
            raise OperationError(
                "A local AWS is running in this process already, and two would share their "
                "state. End it first, or start the second in another process"
            )
        self._open = True
        try:
            self._signals = unwind_on_signals()
            atexit.register(self.close)
            self._take_environment()
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take_environment(self) -> None:
        # moto creates boto3 sessions in this process, and the caller can too. With the user's
        # AWS_PROFILE they fail, and with the user's keys they would call the real AWS.
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("AWS_") or name in self._settings
        }
        for name in self._environment:
            del os.environ[name]
        os.environ.update(self._settings)

    def _give_environment_back(self) -> None:
        for name in self._settings:
            os.environ.pop(name, None)
        os.environ.update(self._environment)

    def _start(self) -> None:
        _forget_moto()
        block_connections_of_moto(self._patches)
        keep_what_moto_reads(self._patches)
        judge_bucket_policies_without_conditions(self._patches)
        show_vpc_endpoints_as_aws_does(self._patches)
        describe_security_groups_as_aws_does(self._patches)
        have_the_policies_of_aws(self._patches)
        skip_checks_of_task_definitions(self._patches)
        keep_log_events_on_disk(self._patches)
        add_quotas(self._patches)
        add_registries(self._patches)
        listening = _listen(self._asked_port)
        port = listening.getsockname()[1]
        endpoint_url, keys = f"http://{_HOST}:{port}", self._keys
        self._clients = Clients(endpoint_url, self.region, keys)
        agent = Clients(endpoint_url, self.region, keys, "mwaa-ecs-sandbox/ecs-agent")
        inside = f"http://{self.engine.loopback}:{port}"
        self._ecs = EcsService(
            self.engine,
            agent,
            lambda region: container_environment(inside, region),
            gate=self._faults.gate(execution_role_denial if self._enforce_iam else open_gate),
        )
        services = Clients(endpoint_url, self.region, keys, "mwaa-ecs-sandbox/services")
        self._mwaa = MwaaService(services.in_place)
        self._watcher = Clients(endpoint_url, self.region, keys, WATCHER)
        handlers: list[Handler] = [
            IamHandler(enforce=self._enforce_iam, tags_of_task=self._ecs.tags_of_task),
            EcsHandler(self._ecs),
            MwaaHandler(self._mwaa),
            CloudControlHandler(services),
            SubscriptionHandler(),
            SimulationHandler(),
        ]
        gateway = Gateway(
            handlers,
            self._journal,
            hosts=Hosts(self.engine.loopback),
            verifier=self._verifier,
            limits=self._limits,
            refused=self.refused,
            faults=self._faults,
        )
        with listening:
            self._server = Listener(_HOST, listening, gateway, self._limits)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
            name="local-aws",
        )
        self._thread.start()

    def _find_key(self, access_key: str) -> Key | None:
        return self._keys.find(access_key) or find_key(access_key)

    def close(self) -> None:
        """End all tasks, containers and threads, and remove all folders.

        Calling it again does nothing.
        """
        if not self._open:
            return
        self._open = False
        with undisturbed():
            try:
                if self._ecs is not None:
                    self._ecs.kill_all()
                if self._server is not None:
                    self._server.shutdown()
                    self._server.server_close()
                if self._ecs is not None:
                    # A task that still pulls its image ends only when the engine is closed.
                    self._ecs.forget_all(_END_SECONDS)
            finally:
                self.engine.close()
                if self._ecs is not None:
                    self._ecs.forget_all(_END_SECONDS)
                atexit.unregister(self.close)
                _forget_moto()
                self._patches.undo()
                self._give_environment_back()
                self._one_at_a_time.release()
        restore(self._signals)

    def reset(self) -> None:
        """End all tasks and delete all resources and calls, as after a new start."""
        if self._ecs is not None:
            self._ecs.kill_all()
            self._ecs.forget_all()
        if self._mwaa is not None:
            self._mwaa.forget_all()
        _forget_moto()
        self._journal.clear()

    # -- reaching it -----------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port that it listens on.

        Raises:
            OperationError: The local AWS is not running.
        """
        if self._server is None or not self._open:
            raise OperationError("The local AWS is not running: use it in a `with`")
        return int(self._server.server_address[1])

    @property
    def endpoint_url(self) -> str:
        """The URL that it listens on, e.g. `http://127.0.0.1:4566`."""
        return f"http://{_HOST}:{self.port}"

    @property
    def keys(self) -> Keys:
        """The keys of this run, which belong to no role and can do everything."""
        return self._keys.default

    def environment(self, region: str | None = None) -> dict[str, str]:
        """Return the environment variables with which another process reaches it.

        Other `AWS_*` variables of that process, such as AWS_PROFILE, still take effect. Use
        `child_environment` to start a process without them.

        Args:
            region: The process's region. Default: that of the local AWS.
        """
        return process_environment(self.endpoint_url, region or self.region, self._keys.default)

    def role_environment(
        self, role_arn: str, session: str, region: str | None = None
    ) -> dict[str, str]:
        """Return the variables for a process that has assumed a role.

        Args:
            role_arn: ARN of the role. It must exist.
            session: Name of the session, which `calls` show.
            region: The process's region. Default: that of the local AWS.
        """
        keys = role_keys(self.client("sts", region), role_arn, session)
        return {**self.environment(region), **keys}

    def child_environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return a whole environment for a process, with no other `AWS_*` variables.

        Args:
            base: Environment to start from. Default: that of this process.
        """
        base = os.environ if base is None else base
        ours = process_environment(self.endpoint_url, self.region, self._keys.default, base)
        return {**without_aws(base), **ours}

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a boto3 client that ignores the environment and `~/.aws`.

        Args:
            service: boto3's name of the service, e.g. `ecs`.
            region: The client's region. Default: that of the local AWS.

        Raises:
            OperationError: The local AWS is not running.
        """
        if self._clients is None or not self._open:
            raise OperationError("The local AWS is not running: use it in a `with`")
        return self._clients(service, region)

    def watcher(self, service: str) -> Any:
        """Return a boto3 client for watching, whose calls are not recorded.

        Args:
            service: boto3's name of the service, e.g. `ecs`.

        Raises:
            OperationError: The local AWS is not running.
        """
        if self._watcher is None or not self._open:
            raise OperationError("The local AWS is not running: use it in a `with`")
        return self._watcher(service)

    def open_doors(self, airflow: RunningAirflow | None) -> None:
        """Let MWAA's tokens and REST API lead to a running Airflow; None closes them."""
        if self._mwaa is not None:
            self._mwaa.doors.airflow = airflow

    # -- calls -----------------------------------------------------------------------------

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call so far.

        Calls of the sandbox's own ECS agent, such as reading a task's secrets, have a user
        agent that ends with `mwaa-ecs-sandbox/ecs-agent`.
        """
        return self._journal.since()

    def mark(self) -> int:
        """Return the number of calls so far, for `calls_since`."""
        return self._journal.mark()

    def calls_since(self, mark: int) -> tuple[Call, ...]:
        """Return the calls after a mark of `mark`."""
        return self._journal.since(mark)

    def recording(self) -> AbstractContextManager[Recording]:
        """Record the calls of a `with` block.

        Example:
            with aws.recording() as recorded:
                ...
            recorded.of("ecs", "RunTask")
        """
        return self._journal.recording()


def _listen(port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise UserError(f"port is {port}. It must be from 1 to 65535, or 0 for a free one")
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_HOST, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise UserError(
            f"port is {port}, which {_HOST} cannot listen on ({error.strerror}). End the "
            "program that listens there, set another port, or set none to take a free one"
        ) from error
    return listening


def _forget_moto() -> None:
    BackendDict.reset()
    reset_model_data()
