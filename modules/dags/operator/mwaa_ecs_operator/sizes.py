"""Fargate's sizes of a task, and the next one up.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

import math
import re
from typing import Any

from mwaa_ecs_operator.errors import RefusedError

GIB = 1024

PAIRS: dict[int, tuple[int, ...]] = {
    256: (512, 1 * GIB, 2 * GIB),
    512: tuple(n * GIB for n in range(1, 5)),
    1024: tuple(n * GIB for n in range(2, 9)),
    2048: tuple(n * GIB for n in range(4, 17)),
    4096: tuple(n * GIB for n in range(8, 31)),
    8192: tuple(n * GIB for n in range(16, 61, 4)),
    16384: tuple(n * GIB for n in range(32, 121, 8)),
}
"""CPU units (1024 are one vCPU) and the memory sizes that go with them, in MiB."""

_DOCKER_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmgt]?)b?", re.I)
_BYTES = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def next_pair_up(cpu: int, memory: int) -> tuple[int, int]:
    """Return the smallest pair of Fargate that has at least this CPU and memory.

    Args:
        cpu: CPU units.
        memory: MiB.

    Raises:
        RefusedError: Fargate has no task of this size.
    """
    for units, sizes in PAIRS.items():
        for size in sizes:
            if units >= cpu and size >= memory:
                return units, size
    largest = max(PAIRS)
    raise RefusedError(
        f"cpu = {cpu} units and memory = {memory} MiB: a task on Fargate has at most {largest}"
        f" CPU units and {max(PAIRS[largest])} MiB. Split the work, or use instances (EC2)"
    )


def check_pair(cpu: int, memory: int) -> None:
    """Refuse a cpu and memory that Fargate does not offer together.

    Raises:
        RefusedError: with the accepted values and the nearest pair.
    """
    if cpu not in PAIRS:
        accepted = ", ".join(map(str, PAIRS))
        raise RefusedError(f"cpu = {cpu}: on Fargate it must be one of {accepted}")
    if memory not in PAIRS[cpu]:
        accepted = ", ".join(map(str, PAIRS[cpu]))
        raise RefusedError(
            f"memory = {memory} with cpu = {cpu}: on Fargate it must be one of {accepted} (MiB)"
        )


def size_overrides(
    cpu: int | None, memory: int | None, storage: int | None, *, on_fargate: bool
) -> dict[str, Any]:
    """Return the sizes among RunTask's overrides.

    Args:
        cpu: CPU units; None for those of the task definition.
        memory: MiB; None as for cpu.
        storage: GiB of ephemeral storage; None as for cpu.
        on_fargate: whether cpu and memory must be a pair of Fargate.

    Raises:
        RefusedError: a size that ECS or Fargate would refuse.
    """
    if cpu is not None and memory is not None and on_fargate:
        check_pair(cpu, memory)
    if storage is not None and not 21 <= storage <= 200:
        raise RefusedError(
            f"ephemeral_storage = {storage}: it must be 21 to 200 (GiB). Without it a task"
            " has 20"
        )
    return {
        **({} if cpu is None else {"cpu": str(cpu)}),
        **({} if memory is None else {"memory": str(memory)}),
        **({} if storage is None else {"ephemeralStorage": {"sizeInGiB": storage}}),
    }


def docker_memory(value: float | str) -> int:
    """Return MiB, rounded up, of a size as DockerOperator's `mem_limit` takes it.

    Args:
        value: bytes, or a text such as "512m" or "3g".

    Raises:
        RefusedError: the text is not a size.
    """
    match = _DOCKER_SIZE.fullmatch(str(value).strip())
    if match is None:
        raise RefusedError(
            f'mem_limit = {value!r}: it must be a number of bytes, or a text such as "512m" or'
            ' "3g"'
        )
    return math.ceil(float(match[1]) * _BYTES[match[2].lower()] / 2**20)


def docker_cpus(value: float) -> int:
    """Return CPU units of DockerOperator's `cpus`, rounded up."""
    return math.ceil(float(value) * 1024)
