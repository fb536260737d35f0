"""The descriptions of security group rules: what AWS accepts, and what Terraform reads back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.local_aws import LocalAws


@pytest.fixture(scope="module")
def ec2() -> Iterator[Any]:
    with LocalAws() as aws:
        yield aws.client("ec2")


def rule(ec2: Any, name: str, description: str) -> list[str]:
    """Let a new security group's members reach each other; return the rules' descriptions."""
    group = ec2.create_security_group(GroupName=name, Description="x")["GroupId"]
    pairs = [{"GroupId": group, "Description": description}]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": pairs}]
    )
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    return [one["Description"] for one in found["SecurityGroupRules"] if not one["IsEgress"]]


def test_a_rule_that_names_a_group_shows_its_description(ec2: Any) -> None:
    assert rule(ec2, "shown", "NFS, from the tasks (2049).") == ["NFS, from the tasks (2049)."]


def test_a_description_with_an_apostrophe_is_refused(ec2: Any) -> None:
    with pytest.raises(ClientError, match="Invalid rule description") as caught:
        rule(ec2, "refused", "Airflow's web server.")
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"
