"""The sizes of Fargate tasks on Linux."""

from __future__ import annotations

import re

from mwaa_ecs_operator.sizes import GIB, PAIRS

_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z]*)\s*")


def cpu_units(value: object) -> int | None:
    """Parse CPU units from `256`, `"256"`, `".25 vCPU"` or `"1 vcpu"`; else return None."""
    return _amount(value, "vcpu", 1024)


def memory_mib(value: object) -> int | None:
    """Parse MiB from `512`, `"512"`, `"0.5 GB"` or `"2gb"`; else return None."""
    return _amount(value, "gb", GIB)


def _amount(value: object, unit: str, factor: int) -> int | None:
    match = _NUMBER.fullmatch(str(value))
    if match is None or isinstance(value, bool):
        return None
    number, given = float(match[1]), match[2].lower()
    if given not in ("", unit):
        return None
    amount = number * factor if given else number
    return int(amount) if amount == int(amount) else None


def is_pair(cpu: int, memory: int) -> bool:
    """Return True if Fargate offers these CPU units with this memory in MiB."""
    return memory in PAIRS.get(cpu, ())


def no_such_pair(cpu: object, memory: object) -> str:
    """Return ECS's message for an invalid combination of CPU and memory."""
    return (
        f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
        "See the Amazon ECS documentation for the valid values."
    )
