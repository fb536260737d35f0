"""modules/security-group names the rule that is wrong."""

from __future__ import annotations

import pytest

from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration
from mwaa_story import REPOSITORY
from planner import Planner


@pytest.fixture(scope="module")
def planner(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Planner:
    target = tmp_path_factory.mktemp("security-group")
    folder = copy_configuration(REPOSITORY / "modules" / "security-group", target)
    (folder / "provider_test.tf").write_text('provider "aws" {}\n')
    return Planner(folder, {"name": "tasks", "vpc_id": "vpc-1"})


def test_the_rule_that_is_wrong_is_named_and_the_others_are_not(planner: Planner) -> None:
    said = planner.refusal(
        egress={
            "good": {"cidr_ipv4": "10.0.0.0/8"},
            "both": {"cidr_ipv4": "10.0.0.0/8", "cidr_ipv6": "::/0"},
            "none": {},
            "https": {"cidr_ipv4": "10.0.0.0/8", "from_port": 443, "to_port": 443},
            "half": {"cidr_ipv4": "10.0.0.0/8", "ip_protocol": "tcp", "from_port": 443},
        }
    )
    assert "egress.both, egress.none: set exactly one of cidr_ipv4" in said
    assert "egress.half, egress.https: set from_port and to_port with an ip_protocol" in said
