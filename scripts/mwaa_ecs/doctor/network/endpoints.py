"""Checks of VPC endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from mwaa_ecs.doctor.network import rules
from mwaa_ecs.doctor.network.ways import (
    NEEDS,
    TIMEOUT,
    UNREACHABLE,
    Way,
    groups,
    task_groups,
    ways,
)
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, unknown
from mwaa_ecs.doctor.world import Json, Task, World, names_of
from mwaa_ecs.iam.model import Need, NotJudgedError
from mwaa_ecs.iam.resource_policy import Verdict, judge_resource_policy

_GROUPS = "ec2:DescribeSecurityGroups"


def _endpoint_state(world: World, task: Task) -> Iterator[Finding]:
    for way in ways(world, task):
        if way.endpoint is None:
            continue
        state = str(way.endpoint.get("State", "available")).lower()
        if state != "available":
            yield fail(
                f"The endpoint {way.endpoint['VpcEndpointId']} is {state}.",
                about=way.target.what,
            )


def _endpoint_unused(world: World, task: Task) -> Iterator[Finding]:
    for way in ways(world, task):
        if way.endpoint is None and way.unused and (way.route is None or not way.hop):
            yield fail(
                f"{way.subnet_id} has no route out, and the endpoint of {way.target.service} is"
                f" not used: {way.unused[0]}.",
                about=way.target.what,
            )


def _endpoint_group(world: World, task: Task) -> Iterator[Finding]:
    mine = set(task.group_ids)
    if task.planned is None or mine:
        mine = {str(one["GroupId"]) for one in task_groups(world, task)}
    for way in ways(world, task):
        if way.endpoint is None or not way.by_interface:
            continue
        ids = [str(one["GroupId"]) for one in way.endpoint.get("Groups", ())]
        permissions = [rule for one in groups(world, ids) for rule in one["IpPermissions"]]
        lets = rules.group_lets(permissions, rules.HTTPS, [way.cidr], mine)
        if not lets:
            make = fail if lets is False else unknown
            yield make(
                f"The groups {names_of(ids)} of {way.endpoint['VpcEndpointId']} do not let "
                f"port 443 in from {way.subnet_id}.",
                about=way.target.what,
            )


def _endpoint_policy(world: World, task: Task) -> Iterator[Finding]:
    role = str(world.definition(task).get("executionRoleArn") or "")
    for way in ways(world, task):
        if way.endpoint is None or not way.endpoint.get("PolicyDocument"):
            continue
        for need in way.target.needs:
            yield from _judged(world, way, way.endpoint, need, role)


def _judged(world: World, way: Way, endpoint: Json, need: Need, role: str) -> Iterator[Finding]:
    own = world.account_id if need.action != "s3:GetObject" else "aws"
    context = {
        "aws:PrincipalAccount": (world.account_id,),
        "aws:PrincipalArn": (role,),
        "aws:ResourceAccount": (own,),
        "aws:SourceVpc": (str(way.subnet["VpcId"]),),
        "aws:SourceVpce": (str(endpoint["VpcEndpointId"]),),
        "aws:SecureTransport": ("true",),
    }
    whole = Need(need.action, need.resource, context)
    name = f"The policy of the endpoint {endpoint['VpcEndpointId']}"
    try:
        verdict = judge_resource_policy(endpoint["PolicyDocument"], whole, role_arn=role)
    except NotJudgedError as error:
        yield unknown(f"{name} cannot be judged for {need.action}: {error}.")
        return
    if verdict in (Verdict.DENIED, Verdict.SILENT):
        yield fail(f"{name} does not allow {need.action}.", about=str(need.resource))


CHECKS = (
    Check(
        id="network-endpoint",
        title="The VPC endpoints are available.",
        sees=TIMEOUT,
        why="An endpoint waits for acceptance, was rejected, or is deleted.",
        by_hand="aws ec2 describe-vpc-endpoints --vpc-endpoint-ids ENDPOINT",
        fix="Create the endpoint anew, for example with `uses` of modules/network.",
        needs=NEEDS,
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_endpoint_state,
    ),
    Check(
        id="network-endpoint-dns",
        title="The subnets use the endpoints that the VPC has.",
        sees=TIMEOUT,
        why="An interface endpoint without private DNS names, or a gateway endpoint that is not"
        " in the subnet's route table, is not used.",
        by_hand="aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=VPC"
        " --query VpcEndpoints[].[ServiceName,PrivateDnsEnabled,RouteTableIds]",
        fix="Enable private DNS names of the interface endpoint; associate the gateway endpoint"
        " with the route table.",
        needs=NEEDS,
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_endpoint_unused,
    ),
    Check(
        id="network-endpoint-group",
        title="The endpoints' security groups let the tasks in.",
        sees=TIMEOUT,
        why="An interface endpoint has security groups of its own.",
        by_hand="aws ec2 describe-security-groups --group-ids GROUP"
        " --query SecurityGroups[].IpPermissions",
        fix="Let TCP 443 in from the subnets' addresses.",
        needs=(*NEEDS, _GROUPS),
        reasons=UNREACHABLE,
        before_apply=True,
        per_task=_endpoint_group,
    ),
    Check(
        id="network-endpoint-policy",
        title="The endpoints' policies allow what ECS calls.",
        sees="The task stops with `CannotPullContainerError: ... 403 Forbidden` or"
        " `httpReadSeeker`, or AccessDeniedException that names a VPC endpoint policy.",
        why="The policy leaves out the call or the resource. ECR keeps layers in the bucket"
        " prod-REGION-starport-layer-bucket.",
        by_hand="aws ec2 describe-vpc-endpoints --vpc-endpoint-ids ENDPOINT"
        " --query VpcEndpoints[].PolicyDocument",
        fix="Leave `endpoint_policies` of modules/network out, or allow the call in it.",
        needs=NEEDS,
        reasons=(
            "image-layers-unreachable",
            "image-unreachable",
            "image-denied",
            "registry-login-denied",
            "secret-denied",
            "parameters-denied",
            "logs-denied",
        ),
        before_apply=True,
        per_task=_endpoint_policy,
    ),
)
