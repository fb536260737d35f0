"""Fixtures and helpers for tests of the sandbox's ECS: an account with a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3

from mwaa_ecs.sandbox.engines import Engine, ImageSource, select_engine
from mwaa_ecs.sandbox.faults import Fault, Faults
from mwaa_ecs.sandbox.local_aws import LocalAws

REGION = "eu-west-1"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/execution"
PATIENCE = 60.0
"""Seconds after which a test gives up waiting; no test asserts a duration."""


def until(what: Callable[[], Any], patience: float = PATIENCE, step: float = 0.02) -> Any:
    """Wait until a function returns a true value, and return the value."""
    give_up = time.monotonic() + patience
    while not (value := what()):
        if time.monotonic() > give_up:
            raise AssertionError("waited in vain")
        time.sleep(step)
    return value


class EcsStory:
    """A local AWS with a cluster, a VPC, a log group; its images are stand-ins by name."""

    def __init__(
        self,
        stand_ins: Mapping[str, Sequence[str]] | None = None,
        *,
        engine: Engine | None = None,
        enforce_iam: bool = False,
        faults: Sequence[Fault] = (),
        account: str = ACCOUNT,
        region: str = REGION,
        local: AbstractContextManager[LocalAws] | None = None,
    ) -> None:
        self.account, self.region = account, region
        images = {
            name: ImageSource(stand_in=list(argv)) for name, argv in (stand_ins or {}).items()
        }
        self._local = local or LocalAws(
            engine=engine or select_engine("stand-in", images),
            region=REGION,
            enforce_iam=enforce_iam,
            faults=Faults(faults),
        )

    def __enter__(self) -> EcsStory:
        self.aws = self._local.__enter__()
        try:
            self.ecs = self.client("ecs")
            self.logs = self.client("logs")
            ec2 = self.client("ec2")
            # The VPC has no DNS host names, because tasks do not need them.
            self.vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
            self.subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.1.0.0/24")["Subnet"][
                "SubnetId"
            ]
            self.role("execution")
            self.logs.create_log_group(logGroupName="/ecs/story")
            self.ecs.create_cluster(
                clusterName="story", capacityProviders=["FARGATE", "FARGATE_SPOT"]
            )
        except BaseException:
            self._local.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._local.__exit__(kind, error, trace)

    def client(self, service: str) -> Any:
        """Return a client in the story's account and region."""
        if self.account == ACCOUNT:
            return self.aws.client(service, self.region)
        role = f"arn:aws:iam::{self.account}:role/me"
        sts = self.aws.client("sts")
        keys = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.aws.endpoint_url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def role(self, name: str, service: str = "ecs-tasks.amazonaws.com") -> str:
        """Create a role that a service may assume, and return its ARN."""
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }
        made = self.client("iam").create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [trust]}
            ),
        )
        return str(made["Role"]["Arn"])

    def grant(self, role: str, action: str, resource: str) -> None:
        """Allow a role one more action."""
        statement = {"Effect": "Allow", "Action": action, "Resource": resource}
        self.client("iam").put_role_policy(
            RoleName=role,
            PolicyName=action.replace(":", "-").replace("*", "all"),
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def container(self, name: str = "app", image: str = "app", **more: Any) -> dict[str, Any]:
        """A container definition that logs to /ecs/story."""
        return {
            "name": name,
            "image": image,
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/ecs/story",
                    "awslogs-region": self.region,
                    "awslogs-stream-prefix": "ecs",
                },
            },
            **more,
        }

    def register(self, *containers: dict[str, Any], **more: Any) -> str:
        """Register a Fargate task definition of the family `story`."""
        arguments = {
            "family": "story",
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": f"arn:aws:iam::{self.account}:role/execution",
            "containerDefinitions": list(containers) or [self.container()],
            **more,
        }
        answer = self.ecs.register_task_definition(
            **{name: value for name, value in arguments.items() if value is not None}
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def run_task(self, **more: Any) -> dict[str, Any]:
        """Call RunTask for `story` on Fargate in the subnet, and return the answer."""
        arguments = {
            "cluster": "story",
            "taskDefinition": "story",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": [self.subnet]}},
            **more,
        }
        if "capacityProviderStrategy" not in arguments:
            arguments.setdefault("launchType", "FARGATE")
        if arguments.get("launchType") is None:
            arguments.pop("launchType", None)
        answer: dict[str, Any] = self.ecs.run_task(**arguments)
        return answer

    def start(self, **more: Any) -> str:
        """Start one task and return its ARN."""
        return str(self.run_task(**more)["tasks"][0]["taskArn"])

    def task(self, arn: str) -> dict[str, Any]:
        """Call DescribeTasks for one task."""
        tasks = self.ecs.describe_tasks(cluster="story", tasks=[arn])["tasks"]
        found: dict[str, Any] = tasks[0]
        return found

    def stopped(self, arn: str) -> dict[str, Any]:
        """Wait for a STOPPED task as Airflow does, and return it."""
        self.ecs.get_waiter("tasks_stopped").wait(
            cluster="story",
            tasks=[arn],
            WaiterConfig={"Delay": 0.05, "MaxAttempts": int(PATIENCE / 0.05)},
        )
        return self.task(arn)

    def run(self, **more: Any) -> dict[str, Any]:
        """Run one task to its end."""
        return self.stopped(self.start(**more))

    def lines(self, task_arn: str, container: str = "app") -> list[str]:
        """Return the messages in a container's log stream."""
        events = self.logs.get_log_events(
            logGroupName="/ecs/story",
            logStreamName=f"ecs/{container}/{task_arn.rpartition('/')[2]}",
            startFromHead=True,
        )["events"]
        return [event["message"] for event in events]


def containers(task: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a task's containers by name."""
    return {container["name"]: container for container in task["containers"]}


def is_gone(pid: str) -> bool:
    """Return True if the process has ended."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    return False


def shell(script: str) -> list[str]:
    """Return a stand-in that runs a shell command."""
    return ["sh", "-c", script]


@contextmanager
def program(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program in its own process, and terminate it at the end of the `with`."""
    tests = Path(__file__).parents[2]
    paths = [str(tests), str(tests.parent / "scripts")]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    """Return a program's first line; fail with its stderr if it prints none."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.communicate()[1])
    return line.strip()
