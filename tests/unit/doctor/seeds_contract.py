"""Faults of names: between contract, task definition, cluster and log group."""

from __future__ import annotations

from unit.doctor.healthy import CLUSTER, GROUPS, REGION, World, arn, document
from unit.doctor.seeds import seed


@seed("contract-cluster", "job-cluster is MISSING", "cluster-not-found")
def cluster_mistyped(world: World) -> None:
    world.contract("etl", cluster="job-cluster")


@seed("contract-cluster", f"{CLUSTER} is INACTIVE", "cluster-not-found")
def cluster_deleted(world: World) -> None:
    world.client("ecs").delete_cluster(cluster=CLUSTER)


@seed("contract-definition", "jobs_etl does not exist", "definition-inactive")
def family_mistyped(world: World) -> None:
    world.contract("etl", task_definition="jobs_etl")


@seed("contract-definition", "jobs-etl:1 is INACTIVE", "definition-inactive")
def revision_deregistered(world: World) -> None:
    world.contract("etl", task_definition="jobs-etl:1")
    world.client("ecs").deregister_task_definition(taskDefinition="jobs-etl:1")


@seed("contract-log-group", "/ecs/etl", "log-group-missing")
def group_mistyped(world: World) -> None:
    world.contract("etl", awslogs_group="/ecs/etl")
    world.client("logs").create_log_group(logGroupName="/ecs/etl")


@seed("contract-log-prefix", "ecs/etl/etl")
def prefix_with_the_container_twice(world: World) -> None:
    world.contract("etl", awslogs_stream_prefix="ecs/etl/etl")


@seed("contract-log-prefix", "prefix ecs;")
def prefix_without_the_container(world: World) -> None:
    world.contract("etl", awslogs_stream_prefix="ecs")


@seed("contract-container", "container main", "container-unknown")
def container_mistyped(world: World) -> None:
    world.contract("etl", container_name="main")


@seed("contract-network", "no subnets", "network-missing")
def network_missing(world: World) -> None:
    world.contract("etl", network_configuration=None)


@seed("contract-network", "is not one id")
def subnets_joined_as_one(world: World) -> None:
    joined = ",".join(world.place.subnet_ids)
    network = {"subnets": [joined], "securityGroups": [world.group_id]}
    world.contract("etl", network_configuration={"awsvpcConfiguration": network})


@seed("contract-parameters", "/airflow/tasks", asked={"prefix": "/airflow"})
def another_prefix(world: World) -> None:
    del world


@seed("contract-json", "does not hold a JSON object")
def parameter_written_by_hand(world: World) -> None:
    world.parameter("tasks/etl", "jobs-etl")


@seed("contract-json", "launch_type and a capacity_provider_strategy")
def launch_type_and_strategy(world: World) -> None:
    strategy = [{"capacityProvider": "FARGATE", "weight": 1}]
    world.contract("etl", capacity_provider_strategy=strategy)


@seed("contract-index", "docker.io/library/hello-world:latest")
def index_of_an_older_apply(world: World) -> None:
    world.parameter("images/all", "{}\n")
    world.parameter("images/all", '{"docker.io/library/etl:1": [{"task": "etl"}]}')


@seed("contract-shared", "/mwaa/ecs/task_definition")
def shared_family_of_another_instance(world: World) -> None:
    world.parameter("ecs/task_definition", "other-hello")


@seed("contract-shared", "ecs/world")
def shared_log_stream_of_another_container(world: World) -> None:
    world.parameter("cw/log_stream", "ecs/world")


@seed("contract-shared", "not subnet ids")
def shared_subnets_as_json(world: World) -> None:
    world.parameter("vpc/private_subnets", '["subnet-1", "subnet-2"]')


@seed("logs-group", GROUPS["etl"], "log-group-missing")
def log_group_deleted(world: World) -> None:
    world.client("logs").delete_log_group(logGroupName=GROUPS["etl"])


@seed("logs-region", "eu-west-9", "logs-unreachable")
def log_region_differs(world: World) -> None:
    world.contract("hello", awslogs_region="eu-west-9")


@seed("logs-key", "PendingDeletion")
def log_key_to_be_deleted(world: World) -> None:
    world.client("kms").schedule_key_deletion(
        KeyId=world.log_key_arn.rpartition("/")[2], PendingWindowInDays=7
    )


@seed("logs-key", f"logs.{REGION}.amazonaws.com")
def log_key_without_the_logs_service(world: World) -> None:
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": arn("iam", "root", "")},
        "Action": "kms:*",
        "Resource": "*",
    }
    world.client("kms").put_key_policy(
        KeyId=world.log_key_arn, PolicyName="default", Policy=document(root)
    )
