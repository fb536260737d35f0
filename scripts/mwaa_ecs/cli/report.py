"""The summary of `mwaa-ecs sandbox run`."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from mwaa_ecs.cli.output import console, print_error
from mwaa_ecs.sandbox.airflow import DagRun
from mwaa_ecs.sandbox.report import Report

_BAR = "  │ "


class _Barred:
    """A line with a bar before it, and before each line that it is broken into."""

    def __init__(self, line: str) -> None:
        self._text = Text(line, style="bright_white")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(1, options.max_width - len(_BAR))
        for part in self._text.wrap(console, width, overflow="fold") or [Text()]:
            yield Text.assemble(_BAR, part)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        most = len(_BAR) + self._text.cell_len
        return Measurement(min(most, len(_BAR) + 1), min(most, options.max_width))


def print_report(report: Report) -> None:
    """Print a short summary of a run: the containers' lines first, they are what it was for."""
    parts: list[RenderableType] = []
    for run in report.dag_runs:
        parts += _run(run)
    parts += _told(report)
    parts.append(_table(report))
    good = not report.problems
    console.print()
    console.print(
        Panel(
            Group(*parts),
            title=f"{report.example}: " + ("it works" if good else "there are problems"),
            title_align="left",
            border_style="green" if good else "red",
            expand=False,
            padding=(1, 2),
        )
    )
    for problem in report.problems:
        print_error("error", problem)
    if report.kept:
        console.print(f"kept: {report.kept}", soft_wrap=True)


def _run(run: DagRun) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text.assemble(
            ("Airflow task ", "bold"),
            f"{run.name}.{task.task_id} ",
            (task.outcome, "red" if task.failed else "green"),
        )
        for task in run.tasks
    ]
    if not run.tasks:
        parts.append(
            Text.assemble(("Airflow DAG ", "bold"), f"{run.name} ", (run.state, "red"))
        )
    parts += map(_Barred, run.container_lines)
    if run.silence:
        parts.append(_Barred(f"({run.silence})"))
    parts += map(Text, run.containers)
    return [*parts, Text()]


def _told(report: Report) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text.assemble(("denied ", "bold red"), message) for message in report.denied
    ]
    parts += [Text.assemble(("hint ", "bold yellow"), hint) for hint in report.hints]
    if report.denied:
        parts.append(Text("which policy grants what: docs/least-privilege.md\n", style="dim"))
    elif report.hints:
        parts.append(Text())
    for stream, lines in report.dropped_lines.items():
        parts.append(
            Text.assemble(
                ("dropped ", "bold yellow"),
                f"the {lines:,} oldest lines of the log stream {stream}: it is larger than "
                "what the sandbox keeps of one\n",
            )
        )
    if report.refused:
        parts.append(Text.assemble(("Warning ", "bold yellow"), f"{report.refused}\n"))
    for file, calls in report.parse_calls.items():
        total = sum(calls.values())
        count = "1 call" if total == 1 else f"{total} calls"
        named = ", ".join(f"{call} {times}" for call, times in sorted(calls.items()))
        parts.append(
            Text.assemble(
                ("while it is read ", "bold yellow"),
                f"{file} makes {count} ({named}). Airflow reads it again and again: make them "
                "in a task or in a template\n",
            )
        )
    return parts


def _table(report: Report) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in (
        ("engine", report.engine),
        (
            "Airflow",
            f"not run: {report.no_dags}"
            if report.no_dags
            else f"{report.airflow}, amazon provider {report.amazon_provider}"
            + (", run by its scheduler" if report.scheduler else ""),
        ),
        ("resources", str(report.resources)),
        (
            "second plan",
            f"{len(report.second_plan)} changes" if report.second_plan else "empty",
        ),
        (
            "after destroy",
            "kept"
            if report.kept
            else f"{len(report.left_over)} left"
            if report.left_over
            else "nothing left",
        ),
        ("AWS calls", f"{report.aws_calls}, all to the local AWS"),
        ("seconds", f"{sum(stage.seconds for stage in report.stages):.0f}"),
    ):
        table.add_row(Text(name, style="dim"), Text(value))
    return table
