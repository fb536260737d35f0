"""Applies an example to a local AWS, stage by stage."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.plan import change_counts, failed_checks
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.airflow import AirflowEnvironment, AirflowVersion, find_version, prepare
from mwaa_ecs.sandbox.airflow.versions import known_versions
from mwaa_ecs.sandbox.example import Example
from mwaa_ecs.sandbox.inputs import refuse_dropped_attributes
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa_environment import MwaaEnvironment
from mwaa_ecs.sandbox.report import Progress, Stage
from mwaa_ecs.terraform import Event, Terraform, provider_variables
from mwaa_ecs.terraform.configuration import (
    call_as_the_environment,
    copy_configuration,
    copy_lock,
    keep_state_here,
)
from mwaa_ecs.terraform.modules import FetchedModules

# Settings of a user's shell that would make Terraform use another folder or workspace.
_TERRAFORM_SETTINGS = ("TF_WORKSPACE", "TF_DATA_DIR", "TF_CLI_ARGS")

# Variable of an example that creates an MWAA environment. --airflow sets it.
VERSION_VARIABLE = "airflow_version"


# The changes of a plan in words, by the keys of `change_counts`.
_CHANGES = {
    "create": "created",
    "update": "changed",
    "replace": "replaced",
    "delete": "deleted",
}


@dataclass
class Ending:
    """The line that a stage ends with."""

    detail: str = ""
    ok: bool = True

    def __call__(self, detail: str, *, ok: bool = True) -> None:
        """Set the line, and whether the result is the expected one."""
        self.detail, self.ok = detail, ok


@dataclass
class Run:
    """The stages so far."""

    progress: Progress
    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[Ending]:
        """Time a stage; the caller sets the line that it ends with."""
        ends_as = Ending()
        self.progress.begin(name)
        start = time.monotonic()
        yield ends_as
        seconds = round(time.monotonic() - start, 1)
        done = Stage(name, seconds, ends_as.detail, ends_as.ok)
        self.stages.append(done)
        self.progress.end(done)


class Applied:
    """An example's configuration, ready to be applied to a local AWS.

    Args:
        run: receives the stages.
        example: the example; its folder is copied.
        values: values of input variables.
        aws: the local AWS.
        account: what a user's account has already.
        work: the folder that the copy is made in.
        airflow: the Airflow version that was asked for.
    """

    def __init__(
        self,
        run: Run,
        example: Example,
        values: Mapping[str, Any],
        *,
        aws: LocalAws,
        account: Account,
        work: Path,
        airflow: str | None,
    ) -> None:
        self._run = run
        self._example = example
        self._work = work
        self._providers = provider_variables(work)
        self._on_event: Callable[[Event], None] = Watcher(run.progress)
        self.terraform = Terraform(
            prepared_copy(example.folder, work / "terraform", self._providers),
            environ={**self._providers, **aws_variables(aws)},
            # The local AWS ends with this process, so no state needs to be saved.
            ends_with_us=True,
            on_event=lambda event: self._on_event(event),
        )
        self.var_file = work / "sandbox.tfvars.json"
        variables = {**account.variables(example.variables), **values}
        if airflow is not None and VERSION_VARIABLE in example.variables:
            variables[VERSION_VARIABLE] = airflow
        self.var_file.write_text(json.dumps(variables, indent=2))

    def apply(self) -> int:
        """Plan and apply; return the number of resources.

        Raises:
            UserError: the configuration is wrong.
            OperationError: Terraform failed.
        """
        with self._run.stage("Terraform init"):
            self._init()
        with self._run.stage("Terraform plan") as ends_as:
            resources = self._plan()["create"]
            ends_as(f"{resources} resources to create")
        with self._run.stage("Terraform apply") as ends_as:
            self.terraform.apply(self._work / "plan")
            ends_as(f"{resources} resources created")
        return resources

    def again(self, check: Callable[[], None]) -> str:
        """Apply what has changed in the example since; return in words what it was.

        Args:
            check: called while Terraform works. It raises if Terraform is to end.

        Raises:
            UserError: the configuration is wrong.
            OperationError: Terraform failed.
        """
        self._on_event = lambda _event: check()
        for old in (self._work / "terraform").rglob("*.tf*"):
            # A file that the user removed must not stay. The state's names begin otherwise.
            if old.name.endswith((".tf", ".tf.json")) and ".terraform" not in old.parts:
                old.unlink()
        prepared_copy(self._example.folder, self._work / "terraform", self._providers)
        self._init()
        counts = self._plan()
        check()
        self.terraform.apply(self._work / "plan")
        told = [f"{counts[kind]} {word}" for kind, word in _CHANGES.items() if counts[kind]]
        return f"applied: {', '.join(told) or 'no resource changed'}"

    def _init(self) -> None:
        terraform = self.terraform
        terraform.init()
        fetched = FetchedModules(terraform.folder, terraform.folder / ".terraform")
        refuse_dropped_attributes(self._example.folder, cache(fetched.folders), self.var_file)

    def _plan(self) -> dict[str, int]:
        plan = self._work / "plan"
        self.terraform.plan(plan, var_file=self.var_file)
        shown = self.terraform.show(plan)
        if failed := failed_checks(shown):
            raise UserError("the plan's checks failed: " + "; ".join(failed))
        return change_counts(shown)


def version_of(mwaa: MwaaEnvironment, chosen: AirflowVersion, *, asked: bool) -> AirflowVersion:
    """Return the version of the MWAA environment; `chosen` if the example creates none."""
    if mwaa.airflow_version is None or mwaa.airflow_version == chosen.number:
        return chosen
    if asked:
        raise UserError(
            f"--airflow is {chosen.number!r}, but the MWAA environment {mwaa.name!r} of this "
            f"example has Airflow {mwaa.airflow_version}; leave --airflow out, or declare the "
            f"variable {VERSION_VARIABLE!r} in the example"
        )
    if mwaa.airflow_version not in known_versions():
        raise UserError(
            f"EXAMPLE: its MWAA environment {mwaa.name!r} has Airflow "
            f"{mwaa.airflow_version}, which the sandbox cannot run; it must be one of "
            f"{', '.join(known_versions())}: set one with --airflow, or in the example"
        )
    return find_version(mwaa.airflow_version)


def prepared_copy(folder: Path, target: Path, providers: Mapping[str, str | None]) -> Path:
    """Return a copy of an example with local state, which calls only the local AWS."""
    copy = copy_configuration(folder, target)
    # The lock has hashes of a registry's archives; a mirror has unpacked providers instead.
    copy_lock(folder, copy, hashes=not any(providers.values()))
    keep_state_here(copy)
    call_as_the_environment(copy)
    return copy


def aws_variables(aws: LocalAws) -> dict[str, str | None]:
    """Return the local AWS's variables, and None for each other AWS or Terraform variable."""
    unset: Mapping[str, None] = {
        name: None for name in os.environ if name.startswith(("AWS_", *_TERRAFORM_SETTINGS))
    }
    return {**unset, **aws.environment()}


@contextmanager
def in_background(version: AirflowVersion) -> Iterator[Future[AirflowEnvironment]]:
    """Prepare an Airflow while Terraform works; cancel it if the run ends before."""
    cancelled = threading.Event()
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            yield pool.submit(prepare, version, cancelled)
        finally:
            cancelled.set()


class Watcher:
    """Shows what Terraform does, and how much of the plan is done."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0
        self._planned = 0

    def __call__(self, event: Event) -> None:
        """Report one event of Terraform."""
        kind = event.get("type")
        if kind == "version":
            self._done = 0
        elif kind == "change_summary" and event["changes"]["operation"] == "plan":
            self._planned = event["changes"]["add"] + event["changes"]["remove"]
        elif kind == "apply_complete":
            self._done += 1
        if kind in ("refresh_start", "planned_change", "interrupt"):
            self._progress.doing(str(event["@message"]))
        elif kind in ("apply_start", "apply_progress", "apply_complete"):
            self._progress.doing(f"{self._done} of {self._planned}  {event['@message']}")
