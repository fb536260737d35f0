"""`mwaa-ecs cost`: prices from AWS's list or a file, and the sums."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dag_side.world import TaskOfWorld, World, world
from mwaa_ecs.cli import app
from mwaa_ecs.cost import Network, Price, TaskSize, Use, estimate, fetch_prices

PRICES = """
date: 2026-01-31
currency: USD
prices:
  fargate-vcpu: 0.04
  fargate-memory: 0.004
  logs-ingested: 0.5
"""


def item(usage: str, *amounts: str, date: str = "2026-03-04T05:06:07Z") -> str:
    """A line of the Price List, as GetProducts returns it."""
    dimensions = {
        str(number): {"pricePerUnit": {"USD": amount}} for number, amount in enumerate(amounts)
    }
    return json.dumps(
        {
            "product": {"attributes": {"usagetype": usage, "regionCode": "eu-west-1"}},
            "terms": {"OnDemand": {"a": {"priceDimensions": dimensions}}},
            "publicationDate": date,
        }
    )


class FakePriceList:
    """The Price List of some lines by service."""

    def __init__(self, lines: dict[str, list[str]]) -> None:
        self._lines = lines
        self.asked: list[tuple[str, dict[str, str]]] = []

    def get_paginator(self, operation: str) -> FakePriceList:
        assert operation == "get_products"
        return self

    def paginate(self, ServiceCode: str, Filters: list[dict[str, str]]) -> Iterator[Any]:  # noqa: N803
        self.asked.append((ServiceCode, {one["Field"]: one["Value"] for one in Filters}))
        for line in self._lines.get(ServiceCode, ()):
            yield {"PriceList": [line]}


def size(task: str = "etl", **more: Any) -> TaskSize:
    values = {
        "platform": "FARGATE",
        "vcpu": 0.5,
        "memory": 2.0,
        "storage": 0,
        "arm": False,
        "subnet_ids": (),
    }
    return TaskSize(task=task, **{**values, **more})


def test_prices_are_found_by_the_end_of_the_usage_type_whatever_the_region() -> None:
    lines = [
        item("EU-Fargate-vCPU-Hours:perCPU", "0.0404800000"),
        item("EU-Fargate-ARM-vCPU-Hours:perCPU", "0.0323800000"),
        item("EU-Fargate-Windows-vCPU-Hours:perCPU", "0.0914800000"),
        item("Fargate-GB-Hours", "0.0044450000"),
    ]
    client = FakePriceList({"AmazonECS": lines})
    found = fetch_prices(client, "eu-west-1", ["fargate-vcpu", "fargate-memory"])
    assert found == {
        "fargate-vcpu": Price(Decimal("0.0404800000"), "USD", "2026-03-04"),
        "fargate-memory": Price(Decimal("0.0044450000"), "USD", "2026-03-04"),
    }
    assert client.asked == [("AmazonECS", {"regionCode": "eu-west-1"})]


def test_a_regional_nat_gateway_and_a_free_first_tier_are_not_taken_for_the_price() -> None:
    client = FakePriceList(
        {
            "AmazonEC2": [
                item("EU-RegionalNatGateway-Hours", "0.9"),
                item("EU-NatGateway-Hours", "0.048"),
            ],
            "AmazonCloudWatch": [item("EU-DataProcessing-Bytes", "0", "0.57")],
        }
    )
    found = fetch_prices(client, "eu-west-1", ["nat-gateway", "logs-ingested"])
    assert {name: price.amount for name, price in found.items()} == {
        "nat-gateway": Decimal("0.048"),
        "logs-ingested": Decimal("0.57"),
    }


def prices(**amounts: str) -> dict[str, Price]:
    return {
        name.replace("_", "-"): Price(Decimal(amount), "USD", "2026-01-31")
        for name, amount in amounts.items()
    }


def test_a_month_is_730_hours_of_runs_at_their_length() -> None:
    # 24 runs a day of 30 minutes are half of all hours: 365.
    known = prices(fargate_vcpu="0.04", fargate_memory="0.004", logs_ingested="0.5")
    found = estimate([size()], Network(0, 0), Use(24, 30, 1024), known)
    costs = {row.product: row.cost for row in found.rows}
    assert costs["fargate-vcpu"] == Decimal("365") * Decimal("0.5") * Decimal("0.04")
    assert costs["fargate-memory"] == Decimal("365") * 2 * Decimal("0.004")
    # 730 runs of 1 GB.
    assert round(costs["logs-ingested"] or 0, 6) == Decimal("365")
    assert found.total == sum(cost for cost in costs.values() if cost is not None)
    assert found.notes == ()


def test_a_run_is_charged_for_a_minute_at_least() -> None:
    known = prices(fargate_vcpu="1", fargate_memory="0", logs_ingested="0")
    short, minute = (
        estimate([size()], Network(0, 0), Use(24, minutes), known).total for minutes in (0.1, 1)
    )
    assert short == minute


def test_arm_spot_storage_and_the_network_have_prices_of_their_own() -> None:
    tasks = [size("arm", arm=True, storage=30), size("spot", platform="SPOT")]
    known = prices(
        fargate_arm_vcpu="1",
        fargate_arm_memory="1",
        fargate_storage="1",
        fargate_spot_vcpu="1",
        fargate_spot_memory="1",
        logs_ingested="1",
        nat_gateway="0.05",
        vpc_endpoint="0.01",
    )
    found = estimate(tasks, Network(2, 6), Use(24, 60), known)
    assert {(row.what, row.product) for row in found.rows} == {
        ("arm", "fargate-arm-vcpu"),
        ("arm", "fargate-arm-memory"),
        ("arm", "fargate-storage"),
        ("arm", "logs-ingested"),
        ("spot", "fargate-spot-vcpu"),
        ("spot", "fargate-spot-memory"),
        ("spot", "logs-ingested"),
        ("network", "nat-gateway"),
        ("network", "vpc-endpoint"),
    }
    hourly = {row.product: row.cost for row in found.rows if row.what == "network"}
    assert hourly == {
        "nat-gateway": 2 * 730 * Decimal("0.05"),
        "vpc-endpoint": 6 * 730 * Decimal("0.01"),
    }


def test_what_has_no_price_is_named_and_not_counted_as_nothing() -> None:
    known = prices(fargate_vcpu="0.04")
    tasks = [size(), size("gpu", platform="EC2"), size("night", platform="SPOT")]
    found = estimate(tasks, Network(0, 0), Use(1, 1), known)
    notes = " ".join(found.notes)
    assert "fargate-memory, logs-ingested" in notes
    assert "instances that gpu run on" in notes
    assert "fargate-spot-vcpu" in notes
    assert {row.cost for row in found.rows if row.product == "fargate-memory"} == {None}


@pytest.fixture(scope="module")
def account() -> Iterator[World]:
    with world("etl:1") as made:
        made.add("nightly", TaskOfWorld("etl:1"))
        made.write_index()
        yield made


def call(account: World, *words: str) -> Result:
    environ = {**account.aws.environment(), "COLUMNS": "80"}
    return CliRunner().invoke(app, ["cost", *words], env=environ)


def test_the_sizes_come_from_the_account(account: World, tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(PRICES)
    words = ["--prices", str(file), "--runs-per-day", "24", "--minutes", "60"]
    done = call(account, *words, "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    # 256 units and 512 MiB, in each of 730 hours.
    costs = {row["product"]: round(row["cost"], 3) for row in found["rows"]}
    assert costs["fargate-vcpu"] == 7.3
    assert costs["fargate-memory"] == 1.46
    assert "2026-01-31" in call(account, *words).stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", ["date, currency and prices"]),
        (PRICES.replace("fargate-vcpu", "fargate-vcp"), ["'fargate-vcp'", "fargate-vcpu"]),
        (PRICES.replace("0.04\n", "cheap\n"), ["fargate-vcpu", "'cheap'", "number"]),
        ("a: [", ["not YAML"]),
        (None, ["there is no file"]),
    ],
)
def test_a_wrong_file_of_prices_is_a_users_mistake(
    account: World, tmp_path: Path, text: str | None, told: list[str]
) -> None:
    file = tmp_path / "prices.yaml"
    if text is not None:
        file.write_text(text)
    done = call(account, "--prices", str(file))
    assert done.exit_code == 2
    assert all(part in " ".join(done.stderr.split()) for part in told), done.stderr
