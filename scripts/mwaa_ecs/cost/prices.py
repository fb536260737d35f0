"""Prices of what a task uses: from AWS's Price List API, or from a file.

A product is found by its region and the end of its usage type: the beginning, such as `EU-`, is
the region's. Fargate Spot is not in the list, because its price changes.

Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.problems import suggestion

PRICE_LIST_REGION = "us-east-1"
"""Where the Price List API is; it knows the prices of all regions of the partition `aws`."""


@dataclass(frozen=True)
class Product:
    """Something that AWS charges for.

    Attributes:
        service: its service code in the Price List; "" where it is not in the list.
        usage: the end of its usage type.
        unit: what one price is for.
        words: what it is.
    """

    service: str
    usage: str
    unit: str
    words: str


PRODUCTS: Mapping[str, Product] = {
    "fargate-vcpu": Product(
        "AmazonECS", "Fargate-vCPU-Hours:perCPU", "hour", "Fargate, vCPU, X86_64"
    ),
    "fargate-memory": Product(
        "AmazonECS", "Fargate-GB-Hours", "GB and hour", "Fargate, memory, X86_64"
    ),
    "fargate-arm-vcpu": Product(
        "AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU", "hour", "Fargate, vCPU, ARM64"
    ),
    "fargate-arm-memory": Product(
        "AmazonECS", "Fargate-ARM-GB-Hours", "GB and hour", "Fargate, memory, ARM64"
    ),
    "fargate-spot-vcpu": Product("", "", "hour", "Fargate Spot, vCPU"),
    "fargate-spot-memory": Product("", "", "GB and hour", "Fargate Spot, memory"),
    "fargate-storage": Product(
        "AmazonECS",
        "Fargate-EphemeralStorage-GB-Hours",
        "GB and hour",
        "ephemeral storage over 20 GB",
    ),
    "logs-ingested": Product(
        "AmazonCloudWatch", "DataProcessing-Bytes", "GB", "log lines, ingested"
    ),
    "nat-gateway": Product("AmazonEC2", "NatGateway-Hours", "hour", "NAT gateway"),
    "vpc-endpoint": Product(
        "AmazonVPC", "VpcEndpoint-Hours", "hour", "interface endpoint in a zone"
    ),
}
"""Prices by their names in a file and in the output."""


@dataclass(frozen=True)
class Price:
    """The price of a product.

    Attributes:
        amount: for one unit, in `currency`.
        currency: for example USD.
        date: since when AWS's list has it, or the file's date; an ISO date.
    """

    amount: Decimal
    currency: str
    date: str


Prices = Mapping[str, Price]


def fetch_prices(pricing: Any, region: str, names: list[str]) -> dict[str, Price]:
    """Return prices from AWS's Price List API; products that are not in it are left out.

    Args:
        pricing: a boto3 client of `pricing`.
        region: AWS region whose prices are asked for.
        names: keys of `PRODUCTS`.

    Raises:
        ClientError, BotoCoreError: those of boto3.
    """
    found: dict[str, Price] = {}
    for service in sorted({PRODUCTS[name].service for name in names} - {""}):
        ends = {
            PRODUCTS[name].usage: name for name in names if PRODUCTS[name].service == service
        }
        for item in _items(pricing, service, region):
            usage = str(item["product"]["attributes"].get("usagetype", ""))
            name = ends.get(usage) or ends.get(re.sub(r"^[A-Z]{2,4}[0-9]?-", "", usage))
            price = _price(item) if name else None
            if name and price is not None:
                # The dearest of several lines: a first tier may be free.
                known = found.get(name)
                if known is None or price.amount > known.amount:
                    found[name] = price
    return found


def _items(pricing: Any, service: str, region: str) -> Iterator[dict[str, Any]]:
    filters = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}]
    if service == "AmazonEC2":
        # The rest of EC2's list has tens of thousands of lines.
        filters.append({"Type": "TERM_MATCH", "Field": "productFamily", "Value": "NAT Gateway"})
    pages = pricing.get_paginator("get_products").paginate(ServiceCode=service, Filters=filters)
    for page in pages:
        for text in page["PriceList"]:
            yield json.loads(text)


def _price(item: Mapping[str, Any]) -> Price | None:
    amounts = [
        (Decimal(amount), currency)
        for term in item.get("terms", {}).get("OnDemand", {}).values()
        for dimension in term["priceDimensions"].values()
        for currency, amount in dimension["pricePerUnit"].items()
    ]
    if not amounts:
        return None
    amount, currency = max(amounts)
    return Price(amount, currency, str(item.get("publicationDate", ""))[:10])


def load_prices(file: Path) -> dict[str, Price]:
    """Return the prices of a file: YAML with `date`, `currency` and `prices` by name.

    Raises:
        UserError: the file does not exist, or is not of this form.
        OperationError: it cannot be read.
    """
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"--prices: there is no file {str(file)!r}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"--prices: {file} is not YAML: {error}") from None
    except OSError as error:
        raise OperationError(f"{file}: it cannot be read: {error.strerror}") from None
    prices = found.get("prices") if isinstance(found, dict) else None
    if not isinstance(prices, dict) or not {"date", "currency"} <= found.keys():
        raise UserError(
            f"--prices: {file} must have date, currency and prices, for example\n"
            "date: 2026-01-31\ncurrency: USD\n"
            "prices: {fargate-vcpu: 0.04, fargate-memory: 0.004}"
        )
    return {
        str(name): _checked(file, str(name), value, found) for name, value in prices.items()
    }


def _checked(file: Path, name: str, value: object, found: Mapping[str, Any]) -> Price:
    if name not in PRODUCTS:
        raise UserError(
            f"--prices: {file} has a price of {name!r}"
            + suggestion(name, sorted(PRODUCTS), "accepted names")
        )
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or isinstance(value, bool):
        raise UserError(
            f"--prices: {file} has {name}: {value!r}; it must be a number from 0 on"
        )
    return Price(amount, str(found["currency"]), str(found["date"]))
