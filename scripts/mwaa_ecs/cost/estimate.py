"""Multiplies what is used by what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mwaa_ecs.cost.account import Network, TaskSize
from mwaa_ecs.cost.prices import PRODUCTS, Prices

HOURS = Decimal(730)
"""Hours of a month, as AWS's calculator counts them."""
DAYS = HOURS / 24
_SHORTEST_MINUTES = 1
_GB = 1024


@dataclass(frozen=True)
class Use:
    """How often and how long each task runs.

    Attributes:
        runs_per_day: of each task.
        minutes: of each run, from the pull of the image to the end. Fargate charges for one
            minute at least.
        log_megabytes: that each run writes.
    """

    runs_per_day: float
    minutes: float
    log_megabytes: float = 1.0


@dataclass(frozen=True)
class Row:
    """One product of one task, or of the network.

    Attributes:
        what: the task's name, or "network".
        product: key of `PRODUCTS`.
        quantity: in the product's unit, in a month.
        cost: None where the price is not known.
    """

    what: str
    product: str
    quantity: Decimal
    cost: Decimal | None


@dataclass(frozen=True)
class Estimate:
    """The costs of a month.

    Attributes:
        rows: what it consists of.
        total: of the rows whose price is known.
        currency: of all costs; "" without a price.
        notes: what the total does not hold, or holds too much of, in words.
    """

    rows: tuple[Row, ...]
    total: Decimal
    currency: str
    notes: tuple[str, ...]


def needed(tasks: Sequence[TaskSize], network: Network) -> list[str]:
    """Return the names of the prices that an estimate needs."""
    month = Use(1, 1)
    names = {name for task in tasks for name, _ in _parts(task, month, spot=True)}
    names |= {name for task in tasks for name, _ in _parts(task, month, spot=False)}
    names |= {"nat-gateway"} if network.nat_gateways else set()
    names |= {"vpc-endpoint"} if network.endpoint_zones else set()
    return sorted(names)


def estimate(tasks: Sequence[TaskSize], network: Network, use: Use, prices: Prices) -> Estimate:
    """Return what a month of these tasks costs."""
    spot = "fargate-spot-vcpu" in prices and "fargate-spot-memory" in prices
    rows = []
    notes = []
    for task in tasks:
        for name, quantity in _parts(task, use, spot=spot):
            rows.append(_row(task.task, name, quantity, prices))
    for name, count in (
        ("nat-gateway", network.nat_gateways),
        ("vpc-endpoint", network.endpoint_zones),
    ):
        if count:
            rows.append(_row("network", name, count * HOURS, prices))
    if not spot and any(task.platform == "SPOT" for task in tasks):
        notes.append(
            "Fargate Spot is counted at the price of Fargate, which is the most it can cost; "
            "give fargate-spot-vcpu and fargate-spot-memory in --prices"
        )
    if on_instances := [task.task for task in tasks if task.platform == "EC2"]:
        notes.append(f"not counted: the instances that {', '.join(on_instances)} run on")
    if network.nat_gateways or network.endpoint_zones:
        notes.append(
            "the network is shared with all that uses the VPC; its traffic is not counted"
        )
    if unknown := sorted({row.product for row in rows if row.cost is None}):
        notes.append(
            f"no price is known of {', '.join(unknown)}; give them in --prices, the total is "
            "without them"
        )
    currencies = sorted({prices[row.product].currency for row in rows if row.cost is not None})
    total = sum((row.cost for row in rows if row.cost is not None), Decimal(0))
    return Estimate(tuple(rows), total, "/".join(currencies), tuple(notes))


def _row(what: str, name: str, quantity: Decimal, prices: Prices) -> Row:
    price = prices.get(name)
    return Row(what, name, quantity, None if price is None else quantity * price.amount)


def _parts(task: TaskSize, use: Use, *, spot: bool) -> list[tuple[str, Decimal]]:
    runs = Decimal(str(use.runs_per_day)) * DAYS
    hours = runs * max(Decimal(str(use.minutes)), Decimal(_SHORTEST_MINUTES)) / 60
    parts = [("logs-ingested", runs * Decimal(str(use.log_megabytes)) / _GB)]
    if task.platform == "EC2":
        return parts
    kind = "fargate-spot" if task.platform == "SPOT" and spot else "fargate"
    kind += "-arm" if task.arm and kind == "fargate" else ""
    sizes = [(f"{kind}-vcpu", task.vcpu), (f"{kind}-memory", task.memory)]
    if task.storage:
        sizes.append(("fargate-storage", task.storage))
    return [(name, hours * Decimal(str(size))) for name, size in sizes] + parts


def unit_of(row: Row) -> str:
    """Return the unit of a row's quantity."""
    return PRODUCTS[row.product].unit
