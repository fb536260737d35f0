"""IAM's policy simulator and Fargate's quotas, as boto3 sees the sandbox's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.local_aws import LocalAws

BUCKET = "arn:aws:s3:::data"
ROLE = "arn:aws:iam::123456789012:role/job"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect: str, action: str, resource: str, **condition: Any) -> dict[str, Any]:
    found = {"Effect": effect, "Action": action, "Resource": resource}
    return {**found, "Condition": condition} if condition else found


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as aws:
        iam = aws.client("iam")
        trust = document({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})
        boundary = iam.create_policy(
            PolicyName="boundary", PolicyDocument=document(statement("Allow", "s3:*", "*"))
        )["Policy"]["Arn"]
        iam.create_role(
            RoleName="job", AssumeRolePolicyDocument=trust, PermissionsBoundary=boundary
        )
        team = {"StringEquals": {"aws:ResourceTag/team": "data"}}
        statements = (
            statement("Allow", "s3:GetObject", f"{BUCKET}/*"),
            statement("Deny", "s3:GetObject", f"{BUCKET}/secret"),
            statement("Allow", "ecs:RunTask", "*"),
            statement("Allow", "s3:PutObject", "*", **team),
            statement("Allow", "s3:ListBucket", "*", StringEquals={"s3:prefix": "x"}),
        )
        iam.put_role_policy(
            RoleName="job", PolicyName="job", PolicyDocument=document(*statements)
        )
        yield aws


def simulate(aws: LocalAws, action: str, *resources: str, **context: str) -> Any:
    entries = [
        {
            "ContextKeyName": name.replace("__", ":").replace("_S_", "/"),
            "ContextKeyValues": [value],
            "ContextKeyType": "string",
        }
        for name, value in context.items()
    ]
    return aws.client("iam").simulate_principal_policy(
        PolicySourceArn=ROLE,
        ActionNames=[action],
        ResourceArns=list(resources),
        ContextEntries=entries,
    )["EvaluationResults"]


def test_each_resource_is_judged_by_the_roles_policies(aws: LocalAws) -> None:
    names = [f"{BUCKET}/{one}" for one in ("a", "secret")] + ["arn:aws:s3:::other/a"]
    found = simulate(aws, "s3:GetObject", *names)
    assert [(one["EvalResourceName"], one["EvalDecision"]) for one in found] == [
        (names[0], "allowed"),
        (names[1], "explicitDeny"),
        (names[2], "implicitDeny"),
    ]


def test_a_boundary_that_does_not_allow_it_is_named(aws: LocalAws) -> None:
    (found,) = simulate(aws, "ecs:RunTask", "*")
    assert found["EvalDecision"] == "implicitDeny"
    detail = found["PermissionsBoundaryDecisionDetail"]
    assert detail == {"AllowedByPermissionsBoundary": False}
    (found,) = simulate(aws, "s3:GetObject", f"{BUCKET}/a")
    detail = found["PermissionsBoundaryDecisionDetail"]
    assert detail == {"AllowedByPermissionsBoundary": True}


def test_the_keys_of_the_request_decide_and_a_missing_one_is_named(aws: LocalAws) -> None:
    tag = {"aws__ResourceTag_S_team": "data"}
    assert [one["EvalDecision"] for one in simulate(aws, "s3:PutObject", BUCKET, **tag)] == [
        "allowed"
    ]
    assert [one["EvalDecision"] for one in simulate(aws, "s3:PutObject", BUCKET)] == [
        "implicitDeny"
    ]
    (found,) = simulate(aws, "s3:ListBucket", BUCKET)
    assert (found["EvalDecision"], found["MissingContextValues"]) == (
        "implicitDeny",
        ["s3:prefix"],
    )


@pytest.mark.parametrize(
    ("source", "code"),
    [("arn:aws:iam::123456789012:user/x", "InvalidInput"), (f"{ROLE}-gone", "NoSuchEntity")],
)
def test_who_is_not_a_role_is_refused(aws: LocalAws, source: str, code: str) -> None:
    with pytest.raises(ClientError) as raised:
        aws.client("iam").simulate_principal_policy(
            PolicySourceArn=source, ActionNames=["s3:GetObject"]
        )
    assert raised.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("code", "name"),
    [("L-3032A538", "Standard/OnDemand"), ("L-36FBB829", "Standard/Spot")],
)
def test_fargates_quotas_have_the_defaults_of_a_new_account(
    aws: LocalAws, code: str, name: str
) -> None:
    quotas = aws.client("service-quotas")
    quota = quotas.get_service_quota(ServiceCode="fargate", QuotaCode=code)["Quota"]
    assert quota["Value"] == 6
    assert quota["UsageMetric"]["MetricDimensions"]["Class"] == name


def test_a_quota_that_does_not_exist_is_refused_as_by_aws(aws: LocalAws) -> None:
    for service, code in (("fargate", "L-00000000"), ("vpc", "L-3032A538")):
        with pytest.raises(ClientError) as raised:
            aws.client("service-quotas").get_service_quota(ServiceCode=service, QuotaCode=code)
        assert raised.value.response["Error"]["Code"] == "NoSuchResourceException"
