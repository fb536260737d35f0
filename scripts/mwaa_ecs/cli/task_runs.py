"""`mwaa-ecs run`, `logs` and `tasks`: runs of the module's tasks, from the shell."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.cli.workspace import DEFAULT_FOLDER, Folder
from mwaa_ecs.connection import connect
from mwaa_ecs.errors import MwaaEcsError, UserError

Environment = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Environment whose account and prefix are used."),
]
Prefix = Annotated[
    str | None, typer.Option(metavar="PREFIX", help="The module's ssm_prefix. Default: /mwaa.")
]
Region = Annotated[
    str | None, typer.Option(metavar="REGION", help="AWS region. Default: the shell's.")
]
Profile = Annotated[
    str | None, typer.Option(metavar="PROFILE", help="Profile of the AWS configuration.")
]


def run_command(
    task: Annotated[str, typer.Argument(metavar="TASK", help="Name of the task.")],
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- COMMAND...]", help="Command, instead of the task's own."),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option(
            "--env", metavar="NAME[=VALUE]", help="A variable; without a value, the shell's."
        ),
    ] = None,
    cpu: Annotated[int | None, typer.Option(metavar="UNITS", help="CPU units.")] = None,
    memory: Annotated[int | None, typer.Option(metavar="MIB", help="Memory in MiB.")] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Print the task's ARN, and do not wait.")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=1, help="Stop the task after this time."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the aws command, and start nothing.")
    ] = False,
    environment: Environment = None,
    folder: Folder = DEFAULT_FOLDER,
    ssm_prefix: Prefix = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Start a task as its DAG would, and show its lines.

    Ends with the container's exit code; 125: no container started; 124: --timeout was over;
    130: Ctrl-C, which stops the task.

    Example: mwaa-ecs run nightly --env STAGE=dev -- python load.py --date 2026-01-31
    """
    from mwaa_ecs.task_runs.run import INTERRUPTED, NEVER_STARTED, TaskRun, Wanted

    with clear_errors():
        if detach and timeout is not None:
            raise UserError("--timeout needs somebody who waits; leave out --detach")
        wanted = Wanted(command or (), _variables(env or ()), cpu, memory, timeout)
        where = connect(
            environment=environment,
            folder=folder,
            ssm_prefix=ssm_prefix,
            region=region,
            profile=profile,
        )
        try:
            run = TaskRun(where, task, wanted, _tell)
            if dry_run:
                write_out(run.as_command() + "\n")
                return
            arn = run.start()
        except MwaaEcsError as error:
            errors.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
            raise typer.Exit(NEVER_STARTED) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        if detach:
            write_out(f"{arn}\n")
            return
        code = run.follow(arn, lambda line: write_out(f"{line}\n"))
        if code:
            raise typer.Exit(code)


def logs_command(
    task: Annotated[str, typer.Argument(metavar="TASK", help="Name of the task.")],
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="One run: its id or ARN.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="SPAN", help="15m, 1h, 2d. Default: 1h; with --run: all."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Wait for new lines, until Ctrl-C.")
    ] = False,
    environment: Environment = None,
    folder: Folder = DEFAULT_FOLDER,
    ssm_prefix: Prefix = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Show the lines that a task's containers wrote.

    Lines of several runs have the beginning of the run's id before them.

    Example: mwaa-ecs logs nightly --since 15m --follow
    """
    from mwaa_ecs.task_runs.lines import read_lines, run_id, seconds_of
    from mwaa_ecs.task_runs.run import INTERRUPTED

    with clear_errors():
        one = None if run is None else run_id(run)
        span = since or (None if one else "1h")
        seconds = None if span is None else seconds_of(span)
        where = connect(
            environment=environment,
            folder=folder,
            ssm_prefix=ssm_prefix,
            region=region,
            profile=profile,
        )
        count = 0
        try:
            for line in read_lines(where, task, run=one, since=seconds, follow=follow):
                count += 1
                head = "" if one else f"{line.run[:8]}  "
                write_out(f"{head}{line.text}\n")
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        if not count:
            errors.print(
                f"No lines of {escape(task)}"
                + (f" in the last {escape(span)}" if span else "")
                + ". mwaa-ecs tasks lists its runs",
                soft_wrap=True,
            )


def tasks_command(
    task: Annotated[
        str | None, typer.Argument(metavar="[TASK]", help="Name of one task.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on stdout.")
    ] = False,
    environment: Environment = None,
    folder: Folder = DEFAULT_FOLDER,
    ssm_prefix: Prefix = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """List the runs of tasks, now and in the last hour.

    ECS forgets a stopped task after about an hour.

    Example: mwaa-ecs tasks nightly
    """
    from mwaa_ecs.task_runs.listing import as_json as runs_as_json
    from mwaa_ecs.task_runs.listing import list_runs

    with clear_errors():
        where = connect(
            environment=environment,
            folder=folder,
            ssm_prefix=ssm_prefix,
            region=region,
            profile=profile,
        )
        runs = list_runs(where, task)
        if as_json:
            write_out(runs_as_json(runs))
            return
        if not runs:
            console.print("Nothing runs, and nothing ran in the last hour.")
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for column in ("TASK", "RUN", "STATUS", "AGE", "ENDED"):
            table.add_column(
                column, overflow="fold", no_wrap=column in ("RUN", "STATUS", "AGE")
            )
        for run in runs:
            ended = "" if run.ended is None else ("exit 0" if run.succeeded else run.ended)
            table.add_row(
                Text(run.task),
                run.run if not console.is_terminal else run.run[:8],
                run.status,
                _age(run.started),
                Text(ended, style="" if run.succeeded else "red"),
            )
        console.print(table)


def _variables(pairs: list[str] | tuple[()]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            # A secret can stay in the environment, off the command line.
            value = os.environ.get(name, "")
        if not name or (not equals and name not in os.environ):
            raise UserError(
                f"--env {name!r}: it must be NAME=value, or the name of a variable that this "
                "shell has exported"
            )
        found[name] = value
    return found


def _tell(text: str) -> None:
    errors.print(f"[dim]{escape(text)}[/]", soft_wrap=True)


def _age(started: datetime | None) -> str:
    if started is None:
        return ""
    seconds = int((datetime.now(UTC) - started).total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{max(seconds, 0)}s"
