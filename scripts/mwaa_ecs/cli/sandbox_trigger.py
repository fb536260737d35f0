"""`mwaa-ecs sandbox trigger`: runs a DAG in a sandbox that runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from mwaa_ecs.cli.output import clear_errors, console
from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.named.registry import find_ready

if TYPE_CHECKING:
    from mwaa_ecs.sandbox.airflow.run import DagRun


def trigger(
    dag: Annotated[str, typer.Argument(metavar="DAG", help="Id of the DAG.")],
    conf: Annotated[
        str, typer.Option(metavar="JSON", help="Configuration of the run: a JSON object.")
    ] = "{}",
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Wait for the end of the run; exit with 1 if it failed."),
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the sandbox. Default: the only one."),
    ] = None,
) -> None:
    """Run a DAG in a sandbox that was started with --airflow.

    A DAG that is paused is switched on.

    Example: mwaa-ecs sandbox trigger hello_world --conf '{"day": 1}' --wait
    """
    with clear_errors():
        given = _object(conf)
        entry = find_ready(name)
        # boto3 takes a second to import.
        from mwaa_ecs.sandbox.named.client import SandboxClient

        runs = SandboxClient(entry).dag_runs()
        run_id = runs.trigger(dag, given)
        console.print(f"{dag}: run {run_id}", soft_wrap=True, markup=False)
        if runs.switch_on(dag):
            console.print(f"{dag}: it was paused, and is switched on", markup=False)
        if wait and not _tell(runs.wait(dag, run_id)):
            raise typer.Exit(1)


def _object(text: str) -> dict[str, Any]:
    example = 'expected a JSON object, for example \'{"day": "2026-01-31"}\''
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UserError(f"--conf is {text!r}, which is not JSON ({error}); {example}") from None
    if not isinstance(found, dict):
        raise UserError(f"--conf is {text!r}; {example}")
    return found


def _tell(run: DagRun) -> bool:
    """Print how a run ended; return whether it succeeded."""
    for task in run.tasks:
        mark = ("✗ ", "red") if task.failed else ("✓ ", "green")
        console.print(Text.assemble(mark, f"{task.task_id}: {task.outcome}"), soft_wrap=True)
        for reason in task.reasons:
            console.print(f"    {reason}", soft_wrap=True, markup=False)
    mark = ("✓ ", "green") if run.ok else ("✗ ", "red")
    console.print(Text.assemble(mark, (f"{run.dag_id}: {run.state}", "bold")), soft_wrap=True)
    return run.ok
