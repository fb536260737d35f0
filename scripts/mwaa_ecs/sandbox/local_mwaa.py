"""A local MWAA: Airflow with its scheduler, triggerer and page, on a local AWS."""

from __future__ import annotations

import shlex
import socket
import subprocess
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mwaa_ecs.processes import run
from mwaa_ecs.sandbox.airflow import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.client import AirflowApiError
from mwaa_ecs.sandbox.airflow.components import HOST
from mwaa_ecs.sandbox.airflow.door import KEYS, CliResult, Door
from mwaa_ecs.sandbox.airflow.postgresql import Metadata
from mwaa_ecs.sandbox.airflow.program import inside
from mwaa_ecs.sandbox.airflow.service import AirflowService
from mwaa_ecs.sandbox.dag_sync import BucketChanges, BucketDags, WatchedFolder
from mwaa_ecs.sandbox.live import LiveDagFiles, LiveEcs, Tell
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.local_aws.listener import Limits, Listener
from mwaa_ecs.sandbox.mwaa.cli_commands import refusal
from mwaa_ecs.sandbox.mwaa.doors import RestAnswer
from mwaa_ecs.sandbox.mwaa_environment import MwaaEnvironment
from mwaa_ecs.sandbox.role_keys import RoleKeys
from mwaa_ecs.sandbox.tls import loopback_certificate

_SYNC_SECONDS = 0.5
_LOOK_SECONDS = 0.5
_DAG_FILES_SECONDS = 1.5
_CLI_SECONDS = 300.0
_BACKLOG = 128
# Their place is taken by keys that the SDK fetches anew before they end.
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class LocalMwaa:
    """An environment of MWAA that runs while its `with` block does.

    Args:
        aws: the local AWS.
        mwaa: the environment.
        environment: the installed Airflow.
        work: the run's folder.
        settings: what the environment gives Airflow beside its DAGs.
        database: the metadata database. Default: SQLite.
        dags: a folder of the user's whose files are uploaded when they are saved.
        tell: receives lines about what happens.
    """

    def __init__(
        self,
        aws: LocalAws,
        mwaa: MwaaEnvironment,
        environment: AirflowEnvironment,
        work: Path,
        *,
        settings: Mapping[str, str],
        database: Metadata | None = None,
        dags: Path | None = None,
        tell: Tell = lambda _kind, _text: None,
    ) -> None:
        self.environment_name = mwaa.name or ""
        self._aws = aws
        self._mwaa = mwaa
        self._tell = tell
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self._stack = ExitStack()
        self._listening = socket.create_server((HOST, 0), backlog=_BACKLOG)
        port = self._listening.getsockname()[1]
        self.airflow = AirflowService(
            environment,
            home=work / "airflow",
            dags=work / "dags",
            settings={"MWAA_AIRFLOW_COMPONENT": "scheduler", **settings},
            aws={},
            page=f"http://{HOST}:{port}",
            database=database,
            tell=lambda line: tell("error", line),
        )
        self.door = Door(
            port,
            self.airflow.client,
            role_keys=RoleKeys(aws, mwaa.role_arn),
            run_cli=self._run_cli,
            refused=lambda why: tell("denied", why),
        )
        reached = {k: v for k, v in aws.environment().items() if k not in _KEYS}
        self.airflow.environ |= {
            **reached,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.door.url}{KEYS}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self.door.keys_token,
        }
        self.ca_bundle = work / "ca-bundle.pem"
        """The authority that vouches for the page under https, and those of others."""
        self._bucket = BucketDags(aws.watcher("s3"), mwaa, work / "dags")
        self._watched = (
            WatchedFolder(aws.watcher("s3"), mwaa, dags, lambda line: tell("dags", line))
            if dags is not None
            else None
        )
        self._synced = BucketChanges(aws)

    def __enter__(self) -> LocalMwaa:
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        with self._listening:
            server = Listener(
                HOST,
                self._listening,
                self.door,
                Limits(),
                loopback_certificate(self.ca_bundle),
            )
        thread = threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            daemon=True,
            name="local-mwaa",
        )
        thread.start()
        self._stack.callback(server.server_close)
        self._stack.callback(server.shutdown)
        self.sync()
        self._stack.enter_context(self.airflow)
        self._aws.open_doors(self)
        self._stack.callback(self._aws.open_doors, None)
        ecs = LiveEcs(self._aws, self._tell)
        files = LiveDagFiles(self.airflow.client, self._tell)
        for name, look, seconds in (
            ("sync", self._sync_and_tell, _SYNC_SECONDS),
            ("ecs", ecs.look, _LOOK_SECONDS),
            ("dag-files", files.look, _DAG_FILES_SECONDS),
        ):
            one = threading.Thread(
                target=self._repeat, args=(look, seconds), daemon=True, name=f"mwaa-{name}"
            )
            self._threads.append(one)
            one.start()

    def close(self) -> None:
        """End Airflow and everything that belongs to it."""
        self._ending.set()
        for one in self._threads:
            one.join(timeout=5)
        self._stack.close()
        self._listening.close()

    def sync(self) -> list[str]:
        """Bring the watched folder, the bucket and Airflow's folder together, once."""
        if self._watched is not None and self._watched.upload():
            self._synced.expect_one()
        with self._synced.pending() as changed:
            return self._bucket.sync() if changed else []

    # -- what MWAA's API asks for ------------------------------------------------------------

    @property
    def host(self) -> str:
        """The host name and port of the page."""
        return self.door.host

    def web_token(self) -> str:
        """Return a token that logs in once."""
        return self.door.web_tokens.new()

    def cli_token(self) -> str:
        """Return a token for Airflow's command line."""
        return self.door.cli_tokens.new()

    def rest(self, method: str, path: str, query: Mapping[str, Any], body: Any) -> RestAnswer:
        """Call Airflow's REST API."""
        try:
            return RestAnswer(
                200, self.airflow.client.call(method, path, query=query, body=body)
            )
        except AirflowApiError as error:
            return RestAnswer(error.status or 502, error.body)

    # -- helpers ---------------------------------------------------------------------------

    def _run_cli(self, command: str) -> CliResult:
        try:
            words = shlex.split(command)
            if refused := refusal(words, is_2=self.airflow.client.is_2):
                return CliResult(False, b"", refused.encode())
            done = run(
                inside(self.airflow.environment, "airflow", *words),
                env=self.airflow.environ,
                cwd=self.airflow.home,
                timeout=_CLI_SECONDS,
            )
        except (ValueError, subprocess.TimeoutExpired) as error:
            return CliResult(False, b"", str(error).encode())
        return CliResult(done.returncode == 0, done.stdout.encode(), done.stderr.encode())

    def _sync_and_tell(self) -> None:
        changed = self.sync()
        if changed:
            self._tell("dags", f"from the bucket: {', '.join(changed)}")

    def _repeat(self, look: Callable[[], object], seconds: float) -> None:
        told = ""
        while not self._ending.wait(seconds):
            try:
                look()
                told = ""
            except Exception:  # one look that fails must not end the next ones
                if self._ending.is_set():
                    return
                why = traceback.format_exc().strip().splitlines()[-1]
                if why != told:
                    self._tell("error", f"the sandbox cannot watch: {why}")
                told = why
