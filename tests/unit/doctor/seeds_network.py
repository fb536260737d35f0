"""Faults of the network, from the subnet to the endpoint."""

from __future__ import annotations

import json
from typing import Any

from mwaa_ecs.doctor import Status
from unit.doctor.healthy import REGION, World, arn, document
from unit.doctor.seeds import seed

_OUT = ("secrets-unreachable", "image-unreachable", "logs-unreachable")


def _route_table(world: World) -> str:
    """Return the private subnets' route table."""
    (table,) = world.client("ec2").describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [world.place.subnet_ids[0]]}]
    )["RouteTables"]
    return str(table["RouteTableId"])


def _nat(world: World) -> dict[str, Any]:
    (found,) = world.client("ec2").describe_nat_gateways()["NatGateways"]
    return dict(found)


def _without_way_out(world: World) -> None:
    world.client("ec2").delete_route(
        RouteTableId=_route_table(world), DestinationCidrBlock="0.0.0.0/0"
    )


def lead_out_by(world: World, **hop: str) -> None:
    """Lead the private subnets' default route somewhere else."""
    _without_way_out(world)
    world.client("ec2").create_route(
        RouteTableId=_route_table(world), DestinationCidrBlock="0.0.0.0/0", **hop
    )


def endpoints(world: World, **changed: dict[str, Any]) -> dict[str, str]:
    """Take the way out away, and give endpoints instead; return their ids.

    `changed` changes the arguments of a service's endpoint.
    """
    ec2 = world.client("ec2")
    _without_way_out(world)
    group = ec2.create_security_group(
        GroupName="endpoints", Description="x", VpcId=world.place.vpc_id
    )["GroupId"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    ranges = [{"CidrIp": "10.192.0.0/16"}]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{**https, "IpRanges": ranges}]
    )
    made = {}
    for service in ("ecr.api", "ecr.dkr", "logs", "ssm", "secretsmanager"):
        asked = {
            "VpcEndpointType": "Interface",
            "SubnetIds": list(world.place.subnet_ids),
            "SecurityGroupIds": [group],
            "PrivateDnsEnabled": True,
        }
        made[service] = _endpoint(world, service, {**asked, **changed.get(service, {})})
    gateway = {"VpcEndpointType": "Gateway", "RouteTableIds": [_route_table(world)]}
    made["s3"] = _endpoint(world, "s3", {**gateway, **changed.get("s3", {})})
    # Docker Hub has no endpoint.
    world.container("hello", image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/etl:1")
    name = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/etl:1"
    index = {name: [{"task": "etl", "also": ["hello"], "count": 2}]}
    world.parameter("images/all", json.dumps(index))
    return made


def _endpoint(world: World, service: str, asked: dict[str, Any]) -> str:
    made = world.client("ec2").create_vpc_endpoint(
        VpcId=world.place.vpc_id, ServiceName=f"com.amazonaws.{REGION}.{service}", **asked
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def _acl_rule(world: World, subnet_id: str, **rule: Any) -> None:
    ec2 = world.client("ec2")
    (acl,) = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet_id]}]
    )["NetworkAcls"]
    ec2.create_network_acl_entry(
        NetworkAclId=acl["NetworkAclId"],
        **{"RuleNumber": 50, "Protocol": "6", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}
        | rule,
    )


@seed("network-route", "has no route out", *_OUT)
def no_route_out(world: World) -> None:
    _without_way_out(world)


@seed("network-route", "has no route out", *_OUT)
def subnet_falls_back_to_the_main_route_table(world: World) -> None:
    ec2 = world.client("ec2")
    (table,) = ec2.describe_route_tables(RouteTableIds=[_route_table(world)])["RouteTables"]
    ec2.disassociate_route_table(
        AssociationId=table["Associations"][0]["RouteTableAssociationId"]
    )


@seed("network-nat", "is deleted", *_OUT)
def nat_gateway_deleted(world: World) -> None:
    world.client("ec2").delete_nat_gateway(NatGatewayId=_nat(world)["NatGatewayId"])


@seed("network-nat", "no route to an internet gateway", *_OUT)
def nat_gateway_in_a_private_subnet(world: World) -> None:
    ec2 = world.client("ec2")
    (table,) = ec2.describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [_nat(world)["SubnetId"]]}]
    )["RouteTables"]
    ec2.delete_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")


@seed("network-public-ip", "get no public address", *_OUT)
def public_subnet_without_a_public_address(world: World) -> None:
    (gateway,) = world.client("ec2").describe_internet_gateways()["InternetGateways"]
    lead_out_by(world, GatewayId=gateway["InternetGatewayId"])


@seed("network-dns", "enableDnsSupport = false", "logs-unreachable")
def dns_off(world: World) -> None:
    world.client("ec2").modify_vpc_attribute(
        VpcId=world.place.vpc_id, EnableDnsSupport={"Value": False}
    )


@seed("network-dns", "enableDnsHostnames = false", *_OUT)
def host_names_off_beside_endpoints(world: World) -> None:
    endpoints(world)
    world.client("ec2").modify_vpc_attribute(
        VpcId=world.place.vpc_id, EnableDnsHostnames={"Value": False}
    )


@seed("network-egress", "let nothing out", *_OUT)
def security_group_lets_nothing_out(world: World) -> None:
    world.client("ec2").revoke_security_group_egress(
        GroupId=world.group_id,
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    # The file system stays reachable.
    world.client("ec2").authorize_security_group_egress(
        GroupId=world.group_id,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 2049,
                "ToPort": 2049,
                "UserIdGroupPairs": [{"GroupId": world.efs_group_id}],
            }
        ],
    )


@seed("network-acl", "denies ports 443 out to anywhere", *_OUT)
def acl_denies_443_out(world: World) -> None:
    subnet = world.place.subnet_ids[0]
    _acl_rule(world, subnet, Egress=True, PortRange={"From": 443, "To": 443})


@seed("network-acl", "in from anywhere", *_OUT)
def acl_denies_the_answers(world: World) -> None:
    subnet = world.place.subnet_ids[0]
    _acl_rule(world, subnet, Egress=False, PortRange={"From": 30000, "To": 65535})


@seed("network-acl", "denies ports 1024-2000", status=Status.WARN)
def acl_denies_ports_that_linux_does_not_use(world: World) -> None:
    subnet = world.place.subnet_ids[0]
    _acl_rule(world, subnet, Egress=False, PortRange={"From": 1024, "To": 2000})


@seed("network-endpoint-dns", "has no private DNS names", *_OUT)
def endpoint_without_private_dns(world: World) -> None:
    endpoints(world, secretsmanager={"PrivateDnsEnabled": False})


@seed("network-endpoint-dns", "not in the subnet's route table", *_OUT)
def gateway_endpoint_of_another_route_table(world: World) -> None:
    endpoints(world, s3={"RouteTableIds": []})


@seed("network-route", "has no route out", *_OUT)
def endpoint_forgotten(world: World) -> None:
    made = endpoints(world)
    world.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made["logs"]])


@seed("network-endpoint-group", "port 443 in from", *_OUT)
def endpoint_lets_nobody_in(world: World) -> None:
    group = world.client("ec2").create_security_group(
        GroupName="closed", Description="x", VpcId=world.place.vpc_id
    )["GroupId"]
    endpoints(world, logs={"SecurityGroupIds": [group]})


@seed("network-endpoint-policy", "s3:GetObject", "image-unreachable")
def endpoint_policy_without_the_layers(world: World) -> None:
    own = {"StringEquals": {"aws:ResourceAccount": "123456789012"}}
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Condition": own}]}
    endpoints(world, s3={"PolicyDocument": json.dumps(policy)})


def _only(action: str, resource: str = "*") -> dict[str, str]:
    """Return an endpoint's policy that allows one action."""
    return {
        "PolicyDocument": document(
            {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
        )
    }


@seed("network-endpoint-policy", "ecr:GetAuthorizationToken", "registry-login-denied")
def endpoint_policy_without_the_login(world: World) -> None:
    repository = arn("ecr", "repository/*")
    endpoints(world, **{"ecr.api": _only("ecr:*", repository)})


@seed("network-endpoint-policy", "secretsmanager:GetSecretValue", "secret-denied")
def endpoint_policy_for_another_secret(world: World) -> None:
    another = arn("secretsmanager", "secret:another-*")
    endpoints(world, secretsmanager=_only("secretsmanager:*", another))


@seed("network-endpoint-policy", "ssm:GetParameters", "parameters-denied")
def endpoint_policy_for_another_call(world: World) -> None:
    endpoints(world, ssm=_only("ssm:GetParameter"))


@seed("network-endpoint-policy", "logs:PutLogEvents", "logs-denied")
def endpoint_policy_without_the_lines(world: World) -> None:
    endpoints(world, logs=_only("logs:CreateLogStream"))


@seed("network-subnets", "do not exist")
def subnet_deleted(world: World) -> None:
    _network(world, subnets=["subnet-0123456789abcdef0", world.place.subnet_ids[0]])


@seed("network-groups", "do not exist")
def security_group_deleted(world: World) -> None:
    _network(world, securityGroups=["sg-0123456789abcdef0"])


@seed("network-vpc", "the subnets in", "network-mismatch")
def security_group_of_another_vpc(world: World) -> None:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="other", Description="x", VpcId=vpc)
    _network(world, securityGroups=[group["GroupId"]])


@seed("network-zones", "All subnets are in the zone", "capacity", status=Status.WARN)
def one_zone(world: World) -> None:
    _network(world, subnets=[world.place.subnet_ids[0]])


@seed("network-addresses", "has 0 free addresses", "addresses")
def no_free_addresses(world: World) -> None:
    ec2 = world.client("ec2")
    subnet = ec2.create_subnet(
        VpcId=world.place.vpc_id, CidrBlock="10.192.30.0/28", AvailabilityZone="eu-west-1c"
    )["Subnet"]
    ec2.associate_route_table(RouteTableId=_route_table(world), SubnetId=subnet["SubnetId"])
    for _ in range(subnet["AvailableIpAddressCount"]):
        ec2.create_network_interface(SubnetId=subnet["SubnetId"])
    _network(world, task="hello", subnets=[subnet["SubnetId"], world.place.subnet_ids[0]])


def _network(world: World, task: str = "hello", **changed: Any) -> None:
    network = {
        "subnets": list(world.place.subnet_ids),
        "securityGroups": [world.group_id],
        "assignPublicIp": "DISABLED",
        **changed,
    }
    world.contract(task, network_configuration={"awsvpcConfiguration": network})
