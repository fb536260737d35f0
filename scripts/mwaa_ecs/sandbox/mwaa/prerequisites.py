"""Checks of an environment's bucket, role, key and network.

The request fails if a `check_` method refuses it. `faults` finds what MWAA notices only while
it creates the environment, such as missing permissions or a network without a route out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from mwaa_ecs.iam.document import Statement, parse_policy
from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.iam.policy import Policy
from mwaa_ecs.iam.trust import trusted_services
from mwaa_ecs.sandbox.mwaa.errors import MwaaError, invalid
from mwaa_ecs.sandbox.place import Place

Clients = Callable[[str, Place], Any]

# One action of each group that MWAA documents for the execution role.
_ROLE_NEEDS = (
    "airflow:PublishMetrics",
    "s3:GetObject",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketPublicAccessBlock",
    "s3:ListBucket",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:DescribeLogGroups",
    "cloudwatch:PutMetricData",
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "kms:GenerateDataKey",
)
_PRINCIPALS = {"airflow.amazonaws.com", "airflow-env.amazonaws.com"}
_ENDPOINTS = (
    "airflow.api",
    "airflow.env",
    "airflow.ops",
    "ecr.api",
    "ecr.dkr",
    "kms",
    "logs",
    "monitoring",
    "s3",
    "sqs",
)


class Prerequisites:
    """Checks the resources that an environment uses, in its account and region."""

    def __init__(self, clients: Clients, place: Place) -> None:
        self._clients = clients
        self._place = place

    def _client(self, service: str) -> Any:
        return self._clients(service, self._place)

    # -- refused at once -------------------------------------------------------------------

    def check_bucket(self, arn: str) -> None:
        """Refuse a bucket that does not exist, is not versioned or is not private."""
        s3, name = self._client("s3"), arn.rpartition(":::")[2]
        try:
            versioning = s3.get_bucket_versioning(Bucket=name).get("Status")
        except ClientError:
            raise invalid(f"Unable to access the S3 bucket {name}") from None
        if versioning != "Enabled":
            raise invalid(f"The S3 bucket {name} must have versioning enabled")
        try:
            block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        except ClientError:
            block = {}
        if not all(
            block.get(key)
            for key in (
                "BlockPublicAcls",
                "IgnorePublicAcls",
                "BlockPublicPolicy",
                "RestrictPublicBuckets",
            )
        ):
            raise invalid(f"The S3 bucket {name} must block all public access")

    def check_object(self, bucket_arn: str, key: str, version: str | None) -> None:
        """Refuse an object that does not exist in this version."""
        name = bucket_arn.rpartition(":::")[2]
        arguments = {"VersionId": version} if version else {}
        try:
            self._client("s3").head_object(Bucket=name, Key=key, **arguments)
        except ClientError:
            of = f" in version {version}" if version else ""
            raise invalid(f"There is no object {key}{of} in the S3 bucket {name}") from None

    def check_role(self, arn: str) -> None:
        """Refuse a role that does not exist."""
        try:
            found = self._client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
        except ClientError:
            found = {}
        if found.get("Arn") != arn:
            raise invalid(f"The execution role {arn} does not exist")

    def check_key(self, key: str) -> None:
        """Refuse a KMS key that does not exist."""
        try:
            self._client("kms").describe_key(KeyId=key)
        except ClientError:
            raise invalid(f"The KMS key {key} does not exist") from None

    def check_network(self, subnet_ids: Sequence[str], group_ids: Sequence[str]) -> None:
        """Refuse subnets and security groups that MWAA does not accept."""
        subnets = self._subnets(subnet_ids)
        if len({subnet["AvailabilityZone"] for subnet in subnets}) < 2:
            raise invalid(
                f"Subnets {', '.join(subnet_ids)} must be in different availability zones"
            )
        vpcs = sorted({subnet["VpcId"] for subnet in subnets})
        if len(vpcs) > 1:
            raise invalid(f"Subnets {', '.join(subnet_ids)} must be in the same VPC")
        for subnet in subnets:
            if any(
                route.get("GatewayId", "").startswith("igw-") for route in self._routes(subnet)
            ):
                raise invalid(f"Subnet {subnet['SubnetId']} is public; it must be private")
        for group in self._groups(group_ids):
            if group["VpcId"] != vpcs[0]:
                raise invalid(
                    f"Security group {group['GroupId']} is in {group['VpcId']}, but the "
                    f"subnets are in {vpcs[0]}"
                )

    # -- noticed during creation ------------- ---------------------------------------------

    def faults(self, environment: Mapping[str, Any]) -> list[str]:
        """Return the reasons why an environment cannot start, changed or not."""
        network = environment["NetworkConfiguration"]
        try:
            self.check_role(environment["ExecutionRoleArn"])
            return [
                *self._role_faults(environment["ExecutionRoleArn"]),
                *self._network_faults(network["SubnetIds"]),
                *self._group_faults(network["SecurityGroupIds"]),
            ]
        except MwaaError as gone:
            return [gone.message]
        except NotJudgedError as error:
            return [f"the execution role's policies cannot be judged: {error}"]

    def _role_faults(self, arn: str) -> Iterator[str]:
        name = arn.rpartition("/")[2]
        trust = self._client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        if missing := sorted(_PRINCIPALS - trusted_services(trust)):
            yield f"the execution role does not trust {', '.join(missing)}"
        policy = Policy(tuple(self._statements(name)))
        lacking = [
            action
            for action in _ROLE_NEEDS
            if not any(one.effect == "Allow" for one in policy.about(action))
        ]
        if lacking:
            yield f"the execution role does not grant {', '.join(lacking)}"

    def _statements(self, role: str) -> Iterator[Statement]:
        iam = self._client("iam")
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            found = iam.get_role_policy(RoleName=role, PolicyName=name)
            yield from parse_policy(found["PolicyDocument"])
        for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
            yield from parse_policy(found["Document"])

    def _network_faults(self, subnet_ids: Sequence[str]) -> Iterator[str]:
        subnets = self._subnets(subnet_ids)
        cut_off = [
            subnet["SubnetId"]
            for subnet in subnets
            if not any(
                route.get("DestinationCidrBlock") == "0.0.0.0/0"
                for route in self._routes(subnet)
            )
        ]
        if not cut_off:
            return
        services = self._endpoints(subnets[0]["VpcId"])
        missing = [
            name
            for name in _ENDPOINTS
            if not any(
                service.endswith(f".{self._place.region}.{name}") for service in services
            )
        ]
        if missing:
            yield (
                f"{', '.join(cut_off)} has no default route, and the VPC has no endpoint for "
                f"{', '.join(missing)}"
            )

    def _group_faults(self, group_ids: Sequence[str]) -> Iterator[str]:
        for group in self._groups(group_ids):
            for rule in group["IpPermissions"]:
                sources = [pair["GroupId"] for pair in rule.get("UserIdGroupPairs", [])]
                if set(sources) & set(group_ids):
                    return
        yield "no security group has a rule that lets itself in"

    def has_endpoints(self, services: Sequence[str], subnet_ids: Sequence[str]) -> bool:
        """Return True if the subnets' VPC has an endpoint of each service."""
        return set(services) <= self._endpoints(self._subnets(subnet_ids)[0]["VpcId"])

    # -- EC2 -------------------------------------------------------------------------------

    def _subnets(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        try:
            found = self._client("ec2").describe_subnets(SubnetIds=list(ids))
        except ClientError as error:
            raise invalid(error.response["Error"]["Message"]) from None
        return list(found["Subnets"])

    def _endpoints(self, vpc_id: str) -> set[str]:
        """Return the services that a VPC has endpoints for."""
        found = self._client("ec2").describe_vpc_endpoints(
            Filters=[
                {"Name": "vpc-id", "Values": [vpc_id]},
                # AWS lists deleted endpoints for a while.
                {"Name": "vpc-endpoint-state", "Values": ["available"]},
            ]
        )["VpcEndpoints"]
        return {endpoint["ServiceName"] for endpoint in found}

    def _groups(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        try:
            found = self._client("ec2").describe_security_groups(GroupIds=list(ids))
        except ClientError as error:
            raise invalid(error.response["Error"]["Message"]) from None
        return list(found["SecurityGroups"])

    def _routes(self, subnet: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the routes of a subnet's own route table, or of the VPC's main one."""
        tables = self._client("ec2").describe_route_tables(
            Filters=[{"Name": "vpc-id", "Values": [subnet["VpcId"]]}]
        )["RouteTables"]
        own = [
            table
            for table in tables
            if any(one.get("SubnetId") == subnet["SubnetId"] for one in table["Associations"])
        ]
        main = [
            table for table in tables if any(one.get("Main") for one in table["Associations"])
        ]
        return [route for table in (own or main)[:1] for route in table["Routes"]]
