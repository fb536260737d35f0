"""The sandbox's peak memory while a task prints much to its log.

Usage: python benchmarks/log_memory.py [--megabytes 1000]

The task's container is a stand-in, a process of its own: its memory does not count.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.logs.moto_logs import dropped_lines

GROUP = "/ecs/printer"
LINE = "x" * 99
_UNIT = 1 if sys.platform == "darwin" else 1024


def peak() -> float:
    """Return this process's peak memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / 1e6


def start(aws: LocalAws) -> str:
    """Start the task that prints, and return its ARN."""
    ecs, ec2 = aws.client("ecs"), aws.client("ec2")
    aws.client("logs").create_log_group(logGroupName=GROUP)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": '
        '"sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]}'
    )
    role = aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    ecs.create_cluster(clusterName="c")
    options = {
        "awslogs-group": GROUP,
        "awslogs-region": aws.region,
        "awslogs-stream-prefix": "p",
    }
    ecs.register_task_definition(
        family="printer",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        executionRoleArn=role["Role"]["Arn"],
        containerDefinitions=[
            {
                "name": "printer",
                "image": "printer",
                "logConfiguration": {"logDriver": "awslogs", "options": options},
            }
        ],
    )
    answer = ecs.run_task(
        cluster="c",
        taskDefinition="printer",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    )
    return str(answer["tasks"][0]["taskArn"])


def main() -> None:
    """Run one task that prints, and print the peaks before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    options = parser.parse_args()
    size = options.megabytes * 1_000_000
    printer = ["sh", "-c", f"yes {LINE} | head -c {size}"]
    engine = select_engine("stand-in", {"printer": ImageSource(stand_in=printer)})
    with LocalAws(engine=engine) as aws:
        arn = start(aws)
        before, started = peak(), time.monotonic()
        ecs = aws.client("ecs")
        while True:
            (task,) = ecs.describe_tasks(cluster="c", tasks=[arn])["tasks"]
            if task["lastStatus"] == "STOPPED":
                break
            time.sleep(0.5)
        seconds = time.monotonic() - started
        code = task["containers"][0]["exitCode"]
        dropped = sum(dropped_lines().values())
        print(
            f"{options.megabytes} MB in {seconds:.0f} s, exit code {code}: peak "
            f"{before:.0f} MB before, {peak():.0f} MB after; {dropped:,} lines dropped"
        )


if __name__ == "__main__":
    main()
