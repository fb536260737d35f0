"""Estimates what running the tasks costs in a month."""

from mwaa_ecs.cost.account import Network, TaskSize, read_network, read_tasks
from mwaa_ecs.cost.estimate import Estimate, Row, Use, estimate
from mwaa_ecs.cost.prices import Price, Prices, fetch_prices, load_prices

__all__ = [
    "Estimate",
    "Network",
    "Price",
    "Prices",
    "Row",
    "TaskSize",
    "Use",
    "estimate",
    "fetch_prices",
    "load_prices",
    "read_network",
    "read_tasks",
]
