"""Descriptions of security groups and rules: what AWS accepts, and what is read back."""

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


def rule(ec2: Any, name: str, description: str, group: str = "x") -> list[str]:
    """Let a new security group's members reach each other; return the rules' descriptions."""
    made = ec2.create_security_group(GroupName=name, Description=group)["GroupId"]
    pairs = [{"GroupId": made, "Description": description}]
    ec2.authorize_security_group_ingress(
        GroupId=made, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": pairs}]
    )
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [made]}])
    return [one["Description"] for one in found["SecurityGroupRules"] if not one["IsEgress"]]


def test_a_rule_that_names_a_group_shows_its_description(ec2: Any) -> None:
    assert rule(ec2, "shown", "NFS, from the tasks (2049).") == ["NFS, from the tasks (2049)."]


@pytest.mark.parametrize(
    ("name", "group", "description"),
    [("of-a-rule", "x", "Airflow's web server."), ("of-a-group", "Airflow's", "Web server.")],
)
def test_a_description_with_an_apostrophe_is_refused(
    ec2: Any, name: str, group: str, description: str
) -> None:
    with pytest.raises(
        ClientError, match=r"Invalid (rule|security group) description"
    ) as caught:
        rule(ec2, name, description, group=group)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"
