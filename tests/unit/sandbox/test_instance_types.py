"""The local AWS knows the instance types of every region, and starts without reading them."""

from __future__ import annotations

import sys

from mwaa_ecs.processes import run
from mwaa_ecs.sandbox.local_aws import LocalAws

READ = """
import json
read, load = [], json.loads
json.loads = lambda text, **kwargs: read.append(load(text, **kwargs)) or read[-1]
import mwaa_ecs.sandbox.local_aws
print(sum(isinstance(each, list) and "Location" in str(each[:1]) for each in read))
"""


def test_a_local_aws_starts_without_reading_what_each_region_offers() -> None:
    done = run([sys.executable, "-c", READ])
    assert done.stdout == "0\n", done.stderr


def test_the_instance_types_of_a_region_and_of_its_zones(local_aws: LocalAws) -> None:
    wanted = {"name": "instance-type", "values": ["m5.large", "no-such-type"]}
    filters = [{key.title(): value for key, value in wanted.items()}]
    found = {
        kind: local_aws.client("ec2").describe_instance_type_offerings(
            LocationType=kind, Filters=filters
        )["InstanceTypeOfferings"]
        for kind in ("region", "availability-zone")
    }
    assert found["region"] == [
        {"InstanceType": "m5.large", "LocationType": "region", "Location": "eu-west-1"}
    ]
    assert {each["Location"] for each in found["availability-zone"]} == {
        "eu-west-1a", "eu-west-1b", "eu-west-1c",
    }  # fmt: skip
