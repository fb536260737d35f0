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
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.local_aws.signatures import Verifier
from mwaa_ecs.sandbox.protocol import AwsRequest
from mwaa_ecs.terraform import find_terraform, provider_environment
from mwaa_ecs.terraform.configuration import copy_configuration

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "hello-world"


@dataclass
class Switched:
    """A verifier that can be left out, and that counts what it takes."""

    verifier: Verifier
    on: bool = True
    seconds: list[float] = field(default_factory=list)

    def check_head(self, request: AwsRequest) -> Callable[[], None]:
        """Judge the head; returns what judges the rest. Leaves both out while it is off."""
        if not self.on:
            return lambda: None
        # The sandbox reads it anyway, because region and service come from it.
        _ = request.authorization
        started = time.thread_time()
        check_whole = self.verifier.check_head(request)
        head = time.thread_time() - started

        def check() -> None:
            started = time.thread_time()
            check_whole()
            self.seconds.append(head + time.thread_time() - started)

        return check


class MeasuredAws(LocalAws):
    """A local AWS whose checks are measured."""

    def __init__(self) -> None:
        super().__init__()
        self.switch = Switched(self._verifier)
        self._verifier = self.switch


def calls(aws: MeasuredAws, count: int) -> None:
    """Print what calls of an apply and of a DAG's task take with and without the checks.

    Their processor time is the client's and the sandbox's together: both are in this process.
    """
    aws.client("ssm").put_parameter(Name="/mwaa/cluster", Value="c", Type="String")
    aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    aws.client("logs").create_log_group(logGroupName="/g")
    aws.client("ecs").register_task_definition(
        family="f", containerDefinitions=[{"name": "main", "image": "i", "memory": 512}]
    )
    ssm, iam, ecs = aws.client("ssm"), aws.client("iam"), aws.client("ecs")
    made: dict[str, Callable[[], object]] = {
        "sts GetCallerIdentity": aws.client("sts").get_caller_identity,
        "ssm GetParameter": lambda: ssm.get_parameter(Name="/mwaa/cluster"),
        "iam GetRole": lambda: iam.get_role(RoleName="r"),
        "logs DescribeLogGroups": aws.client("logs").describe_log_groups,
        "ec2 DescribeSubnets": aws.client("ec2").describe_subnets,
        "ecs DescribeTaskDefinition": lambda: ecs.describe_task_definition(taskDefinition="f"),
    }
    clock = clock_seconds(aws, made["sts GetCallerIdentity"], count)
    print(f"taken off, what reading the clock takes: {1000 * clock:.3f} ms")
    print(
        "processor time of one call      checks   without    share   elapsed without    share"
    )
    shares = []
    for name, call in made.items():
        call()
        aws.switch.seconds.clear()
        without: list[tuple[float, float]] = []
        for number in range(2 * count):
            aws.switch.on = number % 2 == 0
            started = time.perf_counter(), time.process_time()
            call()
            if not aws.switch.on:
                ended = time.perf_counter(), time.process_time()
                without.append((ended[0] - started[0], ended[1] - started[1]))
        aws.switch.on = True
        checks = statistics.median(aws.switch.seconds) - clock
        elapsed, processor = (statistics.median(taken) for taken in zip(*without, strict=True))
        shares.append((checks / processor, checks / elapsed))
        print(
            f"{name:28} {1000 * checks:6.3f} ms {1000 * processor:6.2f} ms "
            f"{100 * checks / processor:6.1f} % {1000 * elapsed:14.2f} ms "
            f"{100 * checks / elapsed:6.1f} %"
        )
    processor, elapsed = (100 * statistics.mean(share) for share in zip(*shares, strict=True))
    print(f"mean of the calls: {processor:.1f} % of processor time, {elapsed:.1f} % elapsed")


class Empty:
    """A verifier that verifies nothing."""

    def check_head(self, _request: AwsRequest) -> Callable[[], None]:
        """Return a function that does nothing."""
        return lambda: None


def clock_seconds(aws: MeasuredAws, call: Callable[[], object], count: int) -> float:
    """Return what the measurement of checks that do nothing shows."""
    verifier, aws.switch.verifier = aws.switch.verifier, Empty()
    aws.switch.seconds.clear()
    for _ in range(count):
        call()
    aws.switch.verifier = verifier
    return statistics.median(aws.switch.seconds)


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
            aws.switch.on = on
            aws.switch.seconds.clear()
            taken[on] = run("apply", "-auto-approve")
            if on:
                seconds, requests = sum(aws.switch.seconds), len(aws.switch.seconds)
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
        aws.switch.seconds.clear()
        calls(aws, options.calls)
        for _ in range(options.applies):
            apply(aws)


if __name__ == "__main__":
    main()
