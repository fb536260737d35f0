"""`mwaa-ecs cost`: what running the tasks costs in a month."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from mwaa_ecs.cli.output import clear_errors, console, write_out
from mwaa_ecs.cli.task_runs import Prefix, Profile, Region
from mwaa_ecs.cli.workspace import DEFAULT_FOLDER, Folder
from mwaa_ecs.connection import Connection, connect

if TYPE_CHECKING:
    from mwaa_ecs.cost import Estimate, Prices


def cost_command(
    environment: Annotated[
        str | None, typer.Argument(metavar="[ENV]", help="Environment to look at.")
    ] = None,
    runs_per_day: Annotated[
        float, typer.Option(metavar="N", min=0, help="Runs a day of each task.")
    ] = 24,
    minutes: Annotated[
        float, typer.Option(metavar="M", min=0, help="Minutes of each run.")
    ] = 10,
    log_megabytes: Annotated[
        float, typer.Option(metavar="MB", min=0, help="Log lines of each run.")
    ] = 1,
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="One task. Default: all.")
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prices, instead of AWS's list.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON on stdout.")
    ] = False,
    folder: Folder = DEFAULT_FOLDER,
    ssm_prefix: Prefix = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Estimate what the tasks cost in a month.

    Example: mwaa-ecs cost prod --runs-per-day 24 --minutes 10
    """
    from mwaa_ecs.cost import Use, estimate, load_prices, read_network, read_tasks
    from mwaa_ecs.cost.estimate import needed

    with clear_errors():
        given = None if prices is None else load_prices(prices)
        where = connect(
            environment=environment,
            folder=folder,
            ssm_prefix=ssm_prefix,
            region=region,
            profile=profile,
        )
        tasks = read_tasks(where, task)
        network = read_network(where, [one for each in tasks for one in each.subnet_ids])
        known = _asked(where, needed(tasks, network)) if given is None else given
        found = estimate(tasks, network, Use(runs_per_day, minutes, log_megabytes), known)
        if as_json:
            write_out(_json(found, known))
        else:
            _print(found, known, runs_per_day, minutes)


def _asked(where: Connection, names: list[str]) -> Prices:
    from mwaa_ecs.cost.prices import PRICE_LIST_REGION, fetch_prices
    from mwaa_ecs.errors import MwaaEcsError, OperationError
    from mwaa_ecs.task_runs.reading import told

    client = where.client("pricing", PRICE_LIST_REGION)
    try:
        with told():
            return fetch_prices(client, where.region, names)
    except MwaaEcsError as error:
        raise OperationError(
            f"AWS's Price List cannot be asked (pricing:GetProducts): {error}. Give --prices "
            f"FILE with a price of {', '.join(names)}"
        ) from None


def _print(found: Estimate, prices: Prices, runs_per_day: float, minutes: float) -> None:
    from mwaa_ecs.cost.estimate import unit_of

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("TASK", "WHAT", "QUANTITY", "UNIT", "PRICE", "OF", "A MONTH"):
        right = column in ("QUANTITY", "PRICE", "A MONTH")
        table.add_column(column, justify="right" if right else "left")
    for row in found.rows:
        price = prices.get(row.product)
        table.add_row(
            escape(row.what),
            row.product,
            f"{row.quantity:.1f}",
            unit_of(row),
            "?" if price is None else f"{price.amount.normalize():f}",
            "" if price is None else price.date,
            "?" if row.cost is None else f"{row.cost:.2f}",
        )
    console.print(table)
    console.print(
        f"{found.total:.2f} {found.currency} a month, with {runs_per_day:g} runs a day of "
        f"{minutes:g} minutes each",
        soft_wrap=True,
    )
    for note in found.notes:
        console.print(f"note: {escape(note)}", soft_wrap=True)


def _json(found: Estimate, prices: Prices) -> str:
    data = {
        "total": found.total,
        "currency": found.currency,
        "rows": [vars(row) for row in found.rows],
        "prices": {name: vars(price) for name, price in prices.items()},
        "notes": found.notes,
    }
    return json.dumps(data, indent=2, default=_number) + "\n"


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)
