"""`mwaa-ecs doctor` and `why`: what stands between a DAG and a container's line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mwaa_ecs.cli.output import clear_errors, console, errors, write_out
from mwaa_ecs.cli.task_runs import Prefix, Profile, Region
from mwaa_ecs.cli.workspace import DEFAULT_FOLDER, Folder, ModuleFolder, opened_workspace
from mwaa_ecs.connection import connect
from mwaa_ecs.errors import UserError
from mwaa_ecs.files import write_whole

if TYPE_CHECKING:
    from mwaa_ecs.doctor import Report, Result
    from mwaa_ecs.doctor.why import Explanation
    from mwaa_ecs.plan import Plan

_MARKS = {
    "PASS": "[green]✓[/]",
    "SKIP": "[dim]-[/]",
    "UNKNOWN": "[yellow]?[/]",
    "WARN": "[yellow]![/]",
    "FAIL": "[red]✗[/]",
}
_MOST_NAMES = 5


def doctor_command(
    name: Annotated[
        str | None, typer.Argument(metavar="[ENV]", help="Environment to look at.")
    ] = None,
    pre: Annotated[
        bool,
        typer.Option("--pre", help="Check before the first apply, what a plan has."),
    ] = False,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --pre: JSON of terraform show -json PLAN."),
    ] = None,
    environment: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The MWAA environment. Default: the only one there is."
        ),
    ] = None,
    ssm_prefix: Prefix = None,
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="One task. Default: all.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="CATEGORY", help="Run these alone: a category or a check's id."),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(metavar="CATEGORY", help="Leave these out: a category or an id."),
    ] = None,
    read_secrets: Annotated[
        bool,
        typer.Option("--read-secrets", help="Read secrets' values, to check their JSON keys."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on stdout.")
    ] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write JUnit's XML there, for CI.")
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="A warning ends with 1, an unknown result with 3."),
    ] = False,
    print_policy: Annotated[
        bool,
        typer.Option("--print-policy", help="Print the rights that this needs; check nothing."),
    ] = False,
    folder: Folder = DEFAULT_FOLDER,
    module: ModuleFolder = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Check what stands between a DAG and a container's line.

    Reads an account and changes nothing. Ends with 0; 1: a check failed; 2: wrong options; 3:
    nothing could be checked.

    Before the first apply, --pre checks what exists already against a plan: of ENV, or --plan.

    Example: mwaa-ecs doctor --environment demo --task nightly
    """
    from mwaa_ecs.doctor import CHECKS, Account, Asked, run_checks
    from mwaa_ecs.doctor.before import asked_before
    from mwaa_ecs.doctor.selection import policy, select
    from mwaa_ecs.doctor.writing import as_json as report_as_json
    from mwaa_ecs.doctor.writing import as_junit

    with clear_errors():
        _check_pre(name, plan, pre=pre)
        chosen = select(CHECKS, only or (), skip or (), before_apply=pre)
        if print_policy:
            write_out(policy(chosen, read_secrets=read_secrets))
            return
        where = connect(
            environment=name,
            folder=folder,
            ssm_prefix=ssm_prefix,
            region=region,
            profile=profile,
        )
        if pre:
            planned = _planned(name, plan, folder, module)
            asked = asked_before(
                planned, environment=environment, task=task, read_secrets=read_secrets
            )
        else:
            asked = Asked(where.ssm_prefix, environment, task, read_secrets=read_secrets)
        account = Account(where.make_client, where.region)
        with errors.status("checking") as status:

            def show(done: int, count: int) -> None:
                status.update(f"checking: {done} of {count}")

            report = run_checks(account, asked, chosen, show)
        checks = {one.id: one for one in chosen}
        if junit is not None:
            write_whole(junit, as_junit(report, checks))
        if as_json:
            write_out(report_as_json(report, checks) + "\n")
        else:
            _print_report(report)
        if code := report.exit_code(strict=strict):
            raise typer.Exit(code)


def _check_pre(name: str | None, plan: Path | None, *, pre: bool) -> None:
    """Check that --pre has one plan.

    Raises:
        UserError: it has none or two, or there is a plan without --pre.
    """
    if plan is not None and not pre:
        raise UserError("--plan is for --pre; add --pre, or leave it out")
    if pre and (name is None) == (plan is None):
        raise UserError(
            "--pre needs a plan: name an ENV of --dir, or --plan FILE with the JSON of "
            "terraform show -json PLAN"
        )


def _planned(name: str | None, file: Path | None, folder: Path, module: Path | None) -> Plan:
    from mwaa_ecs.plan.shown import read_shown

    if file is None:
        assert name is not None
        with opened_workspace("doctor", name, folder, module) as (workspace, _):
            return workspace.plan().plan
    kind, plan = read_shown(file)
    if kind != "plan":
        raise UserError(f"--plan: {str(file)!r} is a {kind}; name the JSON of a plan")
    return plan


def why_command(
    task: Annotated[
        str | None,
        typer.Argument(metavar="TASK|ARN", help="A task, or the ARN of one run of it."),
    ] = None,
    last: Annotated[
        bool, typer.Option("--last", help="The newest failed run of all tasks.")
    ] = False,
    text: Annotated[
        str | None,
        typer.Option(metavar="ERROR", help="Explain the text of an error, with no run."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on stdout.")
    ] = False,
    ssm_prefix: Prefix = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Explain why a task stopped, and what to do.

    Of a task the newest failed run is taken. The doctor's checks that bear on the cause run at
    once.

    Example: mwaa-ecs why nightly
    """
    from mwaa_ecs.doctor import CHECKS
    from mwaa_ecs.doctor.why import explain
    from mwaa_ecs_operator.reasons import find_reason

    with clear_errors():
        if sum((task is not None, last, text is not None)) != 1:
            raise UserError("give one of TASK, an ARN, --last and --text")
        if text is not None:
            reason = find_reason(text)
            if reason is None:
                raise UserError("--text: no cause in the table has these words")
            _print_reason(reason.cause, reason.remedy, reason.id)
            return
        where = connect(ssm_prefix=ssm_prefix, region=region, profile=profile)
        found = explain(where, CHECKS, task)
        if as_json:
            write_out(json.dumps(_as_data(found), indent=2) + "\n")
        else:
            _print_explanation(found)


def _as_data(found: Explanation) -> dict[str, object]:
    return {
        "task": found.task,
        "arn": found.arn,
        "stop_code": found.stop_code,
        "reasons": found.texts,
        "containers": dict(found.containers),
        "lines": found.lines,
        "cause": None if found.reason is None else vars(found.reason),
        "checks": [] if found.report is None else [vars(one) for one in found.report.results],
    }


def _print_explanation(found: Explanation) -> None:
    console.print(
        f"[bold]{escape(found.task or 'a task')}[/]  {escape(found.arn)}", soft_wrap=True
    )
    if found.stop_code:
        console.print(f"stop code: {escape(found.stop_code)}")
    for text in found.texts:
        console.print(f"ECS reports: {escape(text)}", soft_wrap=True)
    for name, ended in found.containers.items():
        console.print(f"container {escape(name)}: {escape(ended)}", soft_wrap=True)
    if found.lines:
        console.print("last lines:")
        for line in found.lines:
            console.print(f"  │ {escape(line)}", soft_wrap=True)
    else:
        console.print(f"no lines: {escape(found.no_lines)}", soft_wrap=True)
    console.print()
    if found.reason is None:
        console.print("No cause in the table fits. Read the lines and ECS's words above.")
    else:
        _print_reason(found.reason.cause, found.reason.remedy, found.reason.id)
    if found.report is not None:
        console.print("\nThe checks that bear on it:")
        _print_report(found.report)


def _print_reason(cause: str, remedy: str, identifier: str) -> None:
    console.print(f"[bold]cause:[/] {escape(cause)}", soft_wrap=True)
    console.print(f"[bold]fix:[/] {escape(remedy)}", soft_wrap=True)
    console.print(f"docs/troubleshooting.md#reason-{identifier}", style="dim", soft_wrap=True)


def _print_report(report: Report) -> None:
    from mwaa_ecs.doctor import CATEGORIES, Status

    shown = [one for one in report.results if one.status is not Status.SKIP]
    for category, title in CATEGORIES.items():
        results = [one for one in shown if one.category == category]
        if results:
            console.print(f"\n[bold]{category}[/]  [dim]{title}[/]", soft_wrap=True)
        for result in results:
            _print_result(result)
    counts = ", ".join(f"{report.count(status)} {status.value}" for status in reversed(Status))
    console.print(f"\n{counts}; {report.calls} calls", soft_wrap=True)


def _print_result(result: Result) -> None:
    from mwaa_ecs.doctor import CHECKS, Status

    mark = _MARKS[result.status.value]
    tasks = f" [dim]({escape(_few(result.tasks))})[/]" if result.tasks else ""
    if result.status is Status.PASS:
        console.print(f"{mark} {escape(result.fact)}", soft_wrap=True)
        return
    console.print(
        f"{mark} {result.status.value} {result.check}: {escape(result.fact)}{tasks}",
        soft_wrap=True,
    )
    if result.about:
        console.print(f"    about: {escape(_few(result.about))}", soft_wrap=True)
    if result.fix:
        console.print(f"    fix: {escape(result.fix)}", soft_wrap=True)
    link = next(one.link for one in CHECKS if one.id == result.check)
    console.print(f"    {link}", style="dim", soft_wrap=True)


def _few(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
