"""The way from a task's subnet to what the task needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from mwaa_ecs.doctor import references
from mwaa_ecs.doctor.contract import log_options
from mwaa_ecs.doctor.image_names import EcrImage, parse_ecr
from mwaa_ecs.doctor.network import rules
from mwaa_ecs.doctor.world import Json, SkippedError, Task, World
from mwaa_ecs.iam.model import Need
from mwaa_ecs_operator.images import normalise

NEEDS = (
    "ecs:DescribeTaskDefinition",
    "ec2:DescribeSubnets",
    "ec2:DescribeRouteTables",
    "ec2:DescribeVpcEndpoints",
)
"""AWS actions that finding the ways needs."""

UNREACHABLE = (
    "secrets-unreachable",
    "parameters-unreachable",
    "registry-login-unreachable",
    "secrets-or-login",
    "docker-hub-unreachable",
    "image-layers-unreachable",
    "image-unreachable",
    "logs-unreachable",
)
"""The operator's reasons that a missing way explains."""

TIMEOUT = (
    "The task stops with `ResourceInitializationError: unable to pull secrets or registry"
    " auth` or `CannotPullContainerError`, and a time-out."
)
"""The error that a user sees if a way is missing."""

_INTERNET = "internet"
_GONE = ("deleting", "deleted")


@dataclass(frozen=True)
class Target:
    """A host that a task must reach on port 443.

    Attributes:
        what: what it is, for facts.
        service: the name of its VPC endpoint, for example `ecr.api`; `internet` for none.
        needs: the calls that an endpoint's policy must allow.
    """

    what: str
    service: str = _INTERNET
    needs: tuple[Need, ...] = ()

    def __hash__(self) -> int:
        return hash((self.what, self.service))


@dataclass(frozen=True)
class Way:
    """The way from a subnet to a target.

    Attributes:
        subnet: the subnet.
        target: what is to be reached.
        table: the route table of the subnet; None where it has none.
        endpoint: the VPC endpoint; None where the way leads out of the VPC.
        route: the route out of the VPC; None where there is none.
        unused: endpoints of the service that this subnet does not use, and why.
    """

    subnet: Json
    target: Target
    table: Json | None
    endpoint: Json | None = None
    route: Json | None = None
    unused: tuple[str, ...] = ()

    @property
    def subnet_id(self) -> str:
        """Id of the subnet."""
        return str(self.subnet["SubnetId"])

    @property
    def cidr(self) -> IPv4Network:
        """The addresses of the subnet."""
        return IPv4Network(self.subnet["CidrBlock"])

    @property
    def by_interface(self) -> bool:
        """Whether the way leads to an interface endpoint."""
        return self.endpoint is not None and self.endpoint["VpcEndpointType"] == "Interface"

    @property
    def hop(self) -> str:
        """Id of what the route leads to; empty where there is none."""
        return "" if self.route is None else rules.hop_of(self.route)


def in_vpc(world: World, service: str, operation: str, key: str, vpc_id: str) -> list[Json]:
    """Return the things of a VPC, for example its route tables."""
    name = "Filter" if operation == "describe_nat_gateways" else "Filters"
    filters = {name: [{"Name": "vpc-id", "Values": [vpc_id]}]}
    found: list[Json] = world.call(service, operation, pages=key, **filters)
    return found


def subnets(world: World, ids: Sequence[str]) -> list[Json]:
    """Return the subnets that exist."""
    filters = [{"Name": "subnet-id", "Values": sorted(ids)}]
    found: list[Json] = world.call("ec2", "describe_subnets", pages="Subnets", Filters=filters)
    return sorted(found, key=lambda one: str(one["SubnetId"]))


def groups(world: World, ids: Sequence[str]) -> list[Json]:
    """Return the security groups that exist."""
    filters = [{"Name": "group-id", "Values": sorted(ids)}]
    found: list[Json] = world.call(
        "ec2", "describe_security_groups", pages="SecurityGroups", Filters=filters
    )
    return sorted(found, key=lambda one: str(one["GroupId"]))


def task_subnets(world: World, task: Task) -> list[Json]:
    """Return the subnets of a task.

    Raises:
        SkippedError: the task has no network of its own, or a subnet does not exist.
    """
    if not task.subnet_ids:
        raise SkippedError("the contract has no subnets")
    found = subnets(world, task.subnet_ids)
    if len(found) < len(set(task.subnet_ids)):
        raise SkippedError("a subnet does not exist")
    return found


def task_groups(world: World, task: Task) -> list[Json]:
    """Return the security groups of a task, or the VPC's default one, as ECS takes it.

    Raises:
        SkippedError: a group does not exist.
    """
    if task.planned is not None and not task.group_ids:
        raise SkippedError("the module creates the security group, which lets everything out")
    found = groups(world, task.group_ids)
    if len(found) < len(set(task.group_ids)) or not found:
        raise SkippedError("a security group does not exist")
    return found


def endpoint_subnets(world: World, way: Way) -> list[Json]:
    """Return the subnets of the endpoint that a way leads to."""
    assert way.endpoint is not None
    return subnets(world, [str(one) for one in way.endpoint["SubnetIds"]])


def ways(world: World, task: Task) -> list[Way]:
    """Return the ways from each subnet of a task to each of its targets.

    Raises:
        SkippedError: the task has no network of its own, or its definition is gone.
    """
    found = []
    wanted = list(dict.fromkeys(targets(world, task)))
    for subnet in task_subnets(world, task):
        vpc_id = str(subnet["VpcId"])
        tables = in_vpc(world, "ec2", "describe_route_tables", "RouteTables", vpc_id)
        endpoints = in_vpc(world, "ec2", "describe_vpc_endpoints", "VpcEndpoints", vpc_id)
        table = rules.table_of(tables, str(subnet["SubnetId"]))
        found += [_way(world, subnet, one, table, endpoints) for one in wanted]
    return found


def _way(
    world: World, subnet: Json, target: Target, table: Json | None, endpoints: Sequence[Json]
) -> Way:
    unused = []
    name = f"com.amazonaws.{world.region}.{target.service}"
    if world.partition == "aws-cn":
        name = f"cn.{name}"
    for endpoint in endpoints:
        if endpoint["ServiceName"] not in (name, name.removeprefix("cn.")):
            continue
        if str(endpoint.get("State", "")).lower() in _GONE:
            continue
        identifier = endpoint["VpcEndpointId"]
        if endpoint["VpcEndpointType"] == "Interface":
            if endpoint.get("PrivateDnsEnabled"):
                return Way(subnet, target, table, endpoint)
            unused.append(f"{identifier} has no private DNS names")
        elif table is not None and table["RouteTableId"] in endpoint.get("RouteTableIds", ()):
            return Way(subnet, target, table, endpoint)
        else:
            unused.append(f"{identifier} is not in the subnet's route table")
    route = None if table is None else rules.route_to(table, rules.ANYWHERE)
    return Way(subnet, target, table, None, route, tuple(unused))


# -- targets ---------------------------------------------------------------------------------


def targets(world: World, task: Task) -> Iterator[Target]:
    """Yield what a task must reach."""
    for container in world.containers(task):
        yield from _image_targets(world, str(container["image"]))
        if container.get("environmentFiles"):
            yield Target("S3", "s3")
        try:
            yield _log_target(world, log_options(container))
        except SkippedError:
            continue
    for reference in references.of_task(world, task):
        if reference.region not in ("", world.region):
            yield Target(f"{reference.service} in {reference.region}")
        elif reference.service == "ssm":
            need = Need("ssm:GetParameters", reference.arn(world))
            yield Target("Parameter Store", "ssm", (need,))
        else:
            need = Need("secretsmanager:GetSecretValue", reference.arn(world))
            yield Target("Secrets Manager", "secretsmanager", (need,))


def _image_targets(world: World, reference: str) -> Iterator[Target]:
    image = parse_ecr(reference)
    if image is None:
        yield Target(f"the registry {normalise(reference).partition('/')[0]}")
    elif image.region != world.region:
        yield Target(f"ECR in {image.region}")
    else:
        yield from _ecr_targets(world, image)


def _ecr_targets(world: World, image: EcrImage) -> Iterator[Target]:
    arn = image.repository_arn(world.partition)
    pull = [Need("ecr:BatchGetImage", arn), Need("ecr:GetDownloadUrlForLayer", arn)]
    yield Target("ECR's API", "ecr.api", (Need("ecr:GetAuthorizationToken", "*"), *pull))
    yield Target("ECR's registry", "ecr.dkr", tuple(pull))
    bucket = f"arn:{world.partition}:s3:::prod-{world.region}-starport-layer-bucket"
    yield Target("the layers of images in S3", "s3", (Need("s3:GetObject", f"{bucket}/x"),))


def _log_target(world: World, options: Json) -> Target:
    region = str(options.get("awslogs-region") or world.region)
    if region != world.region:
        return Target(f"CloudWatch Logs in {region}")
    group = world.arn("logs", f"log-group:{options.get('awslogs-group')}:log-stream:x")
    needs = (Need("logs:CreateLogStream", group), Need("logs:PutLogEvents", group))
    return Target("CloudWatch Logs", "logs", needs)
