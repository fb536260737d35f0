"""What verifying signatures costs a call and an apply of examples/hello-world.

Usage: python benchmarks/signatures.py [--calls 500] [--applies 1]

Calls are made in turns with and without the checks, in one run. The processor time of the
checks is measured in their own thread, so that it holds on a busy machine too.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar, cast

from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.local_aws.signatures import Verifier
from mwaa_ecs.sandbox.protocol import AwsRequest
from mwaa_ecs.terraform import find_terraform, provider_environment
from mwaa_ecs.terraform.configuration import copy_configuration

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "hello-world"
T = TypeVar("T")


@dataclass
class Switched:
    """A verifier that can be left out, and that counts what it takes."""

    verifier: Verifier
    on: bool = True
    seconds: float = 0.0
    requests: int = 0

    def check_head(self, request: AwsRequest) -> Callable[[], None]:
        """Judge the head; returns what judges the rest. Leaves both out while it is off."""
        if not self.on:
            return lambda: None
        # The sandbox reads it anyway, because region and service come from it.
        _ = request.authorization
        check_whole = self._measured(lambda: self.verifier.check_head(request))

        def check() -> None:
            self._measured(check_whole)
            self.requests += 1

        return check

    def _measured(self, step: Callable[[], T]) -> T:
        started = time.thread_time()
        try:
            return step()
        finally:
            self.seconds += time.thread_time() - started


class MeasuredAws(LocalAws):
    """A local AWS whose checks are measured."""

    def __init__(self) -> None:
        super().__init__()
        self.switch = Switched(self._verifier)
        self._verifier = self.switch


def calls(aws: MeasuredAws, count: int) -> None:
    """Print what a call takes with and without the checks.

    Its processor time is the client's and the sandbox's together: both are in this process.
    """
    sts = aws.client("sts")
    taken: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for number in range(2 * count):
        aws.switch.on = number % 2 == 0
        started = time.perf_counter(), time.process_time()
        sts.get_caller_identity()
        ended = time.perf_counter(), time.process_time()
        taken[aws.switch.on].append((ended[0] - started[0], ended[1] - started[1]))
    aws.switch.on = True
    each = 1000 * aws.switch.seconds / count
    print(f"the checks of a call: {each:.3f} ms of processor time")
    for number, clock in enumerate(("elapsed", "processor")):
        on, off = (
            1000 * statistics.median(times[number] for times in taken[on])
            for on in (True, False)
        )
        share = 100 * each / off
        print(f"a call, {clock}: {on:.2f} ms with, {off:.2f} ms without; {share:.1f} %")


def apply(aws: MeasuredAws) -> None:
    """Print what an apply takes with and without the checks, and what they take of it."""
    with TemporaryDirectory() as folder, provider_environment() as providers:
        target = copy_configuration(EXAMPLE, Path(folder))
        found = {name: value for name, value in providers.items() if value is not None}
        environ = {**aws.child_environment(), **found, "PATH": os.environ["PATH"]}
        terraform = str(find_terraform())

        def run(*arguments: str) -> float:
            started = time.perf_counter()
            command = [terraform, *arguments]
            subprocess.run(command, cwd=target, env=environ, check=True, stdout=-3)
            return time.perf_counter() - started

        run("init")
        taken: dict[bool, float] = {}
        for on in (True, False):
            variables = create_account(aws).variables(load_example(EXAMPLE).variables)
            (target / "terraform.tfvars.json").write_text(json.dumps(variables))
            aws.switch.on, aws.switch.seconds, aws.switch.requests = on, 0.0, 0
            taken[on] = run("apply", "-auto-approve")
            if on:
                seconds, requests = aws.switch.seconds, aws.switch.requests
            aws.switch.on = True
            aws.reset()
            (target / "terraform.tfstate").unlink()
    share = 100 * seconds / taken[True]
    print(
        f"an apply: {taken[True]:.1f} s with, {taken[False]:.1f} s without; {requests} "
        f"requests, the checks {1000 * seconds:.0f} ms of processor, {share:.2f} %"
    )


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--applies", type=int, default=1)
    options = parser.parse_args()
    with MeasuredAws() as local:
        aws = cast("MeasuredAws", local)
        aws.client("sts").get_caller_identity()
        aws.switch.seconds = 0.0
        calls(aws, options.calls)
        for _ in range(options.applies):
            apply(aws)


if __name__ == "__main__":
    main()
