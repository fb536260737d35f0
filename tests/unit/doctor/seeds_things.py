"""Faults of images, secrets, keys, file systems, capacity and the MWAA environment."""

from __future__ import annotations

import json
import time
from typing import Any

import boto3

from mwaa_ecs.doctor import Status
from mwaa_ecs.doctor.image_names import PULL
from unit.doctor.healthy import (
    CLUSTER,
    ECR,
    EXECUTION_ROLE,
    REGION,
    World,
    arn,
    document,
    execution_statements,
    image_index,
    mwaa_statements,
    role_arn,
)
from unit.doctor.seeds import seed

# -- images ----------------------------------------------------------------------------------


@seed("images-exists", "has no image 1", "image-not-found")
def tag_gone(world: World) -> None:
    world.client("ecr").batch_delete_image(repositoryName="etl", imageIds=[{"imageTag": "1"}])


@seed("images-exists", "has no image 1", "image-not-found")
def repository_gone(world: World) -> None:
    world.client("ecr").delete_repository(repositoryName="etl", force=True)


@seed("images-platform", "is for arm64", "image-platform")
def image_built_on_an_arm_laptop(world: World) -> None:
    tag_gone(world)
    world.client("ecr").put_image(
        repositoryName="etl", imageManifest=image_index("arm64"), imageTag="1"
    )


def share_image(world: World, *actions: str) -> None:
    """Let `hello` run an image of another account, whose repository allows some actions."""
    keys = world.client("sts").assume_role(
        RoleArn="arn:aws:iam::222222222222:role/x", RoleSessionName="test"
    )["Credentials"]
    ecr = boto3.client(
        "ecr",
        region_name=REGION,
        endpoint_url=world.aws.endpoint_url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    repository = ecr.create_repository(repositoryName="shared")["repository"]
    ecr.put_image(repositoryName="shared", imageManifest=image_index("amd64"), imageTag="1")
    if actions:
        us = {"Effect": "Allow", "Principal": {"AWS": arn("iam", "root", "")}}
        ecr.set_repository_policy(
            repositoryName="shared", policyText=document({**us, "Action": list(actions)})
        )
    image = f"{repository['repositoryUri']}:1"
    world.container("hello", image=image)
    world.parameter(
        "images/all",
        json.dumps({f"{ECR}:1": [{"task": "etl"}], image: [{"task": "hello"}]}),
    )
    more = {"Effect": "Allow", "Action": [*PULL], "Resource": repository["repositoryArn"]}
    world.policy(EXECUTION_ROLE, *execution_statements(world).values(), more)


@seed("images-policy", "has no policy", "image-denied")
def image_of_another_account_that_shares_nothing(world: World) -> None:
    share_image(world)


@seed("images-policy", "does not allow ecr:BatchGetImage", "image-denied")
def image_of_another_account_that_shares_layers_alone(world: World) -> None:
    share_image(world, *(one for one in PULL if one != "ecr:BatchGetImage"))


@seed("images-credentials", "do not exist", "image-private")
def registry_credentials_gone(world: World) -> None:
    gone = arn("secretsmanager", "secret:registry-AbCdEf")
    world.container("hello", repositoryCredentials={"credentialsParameter": gone})
    _allow_execution(world, "secretsmanager:GetSecretValue", gone)


@seed("images-docker-hub", "10 tasks", "rate-limit", status=Status.WARN)
def many_tasks_from_docker_hub(world: World) -> None:
    ssm = world.client("ssm")
    text = ssm.get_parameter(Name="/mwaa/tasks/hello")["Parameter"]["Value"]
    names = [f"hello{number}" for number in range(9)]
    for name in names:
        world.parameter(f"tasks/{name}", text)
    entry = {"task": "hello", "also": names, "count": 10}
    text = ssm.get_parameter(Name="/mwaa/images/all")["Parameter"]["Value"]
    index = {**json.loads(text), "docker.io/library/hello-world:latest": [entry]}
    world.parameter("images/all", json.dumps(index))
    kept = [one for name, one in mwaa_statements(world).items() if name != "contract"]
    read = {
        "Effect": "Allow",
        "Action": ["ssm:GetParameter", "ssm:GetParameters"],
        "Resource": arn("ssm", "parameter/mwaa/*"),
    }
    world.policy(world.place.mwaa_execution_role_name, *kept, read)


# -- secrets, parameters and keys ------------------------------------------------------------


def _allow_execution(world: World, action: str, resource: str) -> None:
    more = {"Effect": "Allow", "Action": action, "Resource": resource}
    world.policy(EXECUTION_ROLE, *execution_statements(world).values(), more)


@seed("secrets-secret", "scheduled for deletion", "secret-not-found")
def secret_scheduled_for_deletion(world: World) -> None:
    world.client("secretsmanager").delete_secret(SecretId=world.secret_arn)


@seed("secrets-secret", "does not exist", "secret-not-found")
def secret_never_created(world: World) -> None:
    gone = arn("secretsmanager", "secret:other-AbCdEf")
    world.container("hello", secrets=[{"name": "X", "valueFrom": gone}])
    _allow_execution(world, "secretsmanager:GetSecretValue", gone)


@seed("secrets-policy", "denies the execution role", "secret-denied")
def secret_with_a_policy_that_denies(world: World) -> None:
    deny = {
        "Effect": "Deny",
        "Principal": {"AWS": role_arn(EXECUTION_ROLE)},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    world.client("secretsmanager").put_resource_policy(
        SecretId=world.secret_arn, ResourcePolicy=document(deny)
    )


@seed("secrets-json-key", "JSON key password", "secret-json-key", asked={"read_secrets": True})
def secret_without_the_json_key(world: World) -> None:
    world.client("secretsmanager").put_secret_value(
        SecretId=world.secret_arn, SecretString='{"pass": "x"}'
    )


@seed("secrets-parameter", "/etl/mode does not exist", "parameters-invalid")
def parameter_deleted(world: World) -> None:
    world.client("ssm").delete_parameter(Name="/etl/mode")


@seed("keys-state", "is Disabled", "key-denied")
def key_disabled(world: World) -> None:
    world.client("kms").disable_key(KeyId=world.key_arn.rpartition("/")[2])


@seed("keys-decrypt", "may not kms:Decrypt", "key-denied")
def decrypt_not_granted(world: World) -> None:
    kept = [one for name, one in execution_statements(world).items() if name != "key"]
    world.policy(EXECUTION_ROLE, *kept)


@seed("keys-decrypt", "does not let the execution role in", "key-denied")
def key_policy_for_an_administrator_only(world: World) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": role_arn("administrator")},
        "Action": "kms:*",
        "Resource": "*",
    }
    world.client("kms").put_key_policy(
        KeyId=world.key_arn, PolicyName="default", Policy=document(statement)
    )


# -- file systems ----------------------------------------------------------------------------


@seed("efs-mount-target", "has no mount target in", "efs-name")
def mount_target_missing_in_a_zone(world: World) -> None:
    efs = world.client("efs")
    found = efs.describe_mount_targets(FileSystemId=world.file_system_id)["MountTargets"]
    efs.delete_mount_target(MountTargetId=found[0]["MountTargetId"])


@seed("efs-access-point", "does not exist", "efs-path")
def access_point_deleted(world: World) -> None:
    world.client("efs").delete_access_point(AccessPointId=world.access_point_id)


@seed("efs-port", "do not let port 2049 in", "efs-port")
def port_2049_closed(world: World) -> None:
    ec2 = world.client("ec2")
    (group,) = ec2.describe_security_groups(GroupIds=[world.efs_group_id])["SecurityGroups"]
    ec2.revoke_security_group_ingress(
        GroupId=world.efs_group_id, IpPermissions=group["IpPermissions"]
    )


@seed("efs-policy", "clients without IAM", "efs-denied")
def file_system_that_demands_iam(world: World) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": role_arn("jobs-etl")},
        "Action": "elasticfilesystem:ClientMount",
    }
    world.client("efs").put_file_system_policy(
        FileSystemId=world.file_system_id, Policy=document(statement)
    )
    volume: dict[str, Any] = {
        "name": "results",
        "efsVolumeConfiguration": {"fileSystemId": world.file_system_id},
    }
    world.definition("etl", volumes=[volume])


# -- capacity --------------------------------------------------------------------------------


@seed("capacity-size", "memory = 4096 with cpu = 256", "size")
def cpu_that_does_not_go_with_the_memory(world: World) -> None:
    # A definition for instances may have any size.
    world.definition("hello", memory="4096", requiresCompatibilities=["EC2"])


@seed("capacity-provider", "does not have FARGATE_SPOT", "capacity-provider")
def provider_that_the_cluster_lacks(world: World) -> None:
    world.client("ecs").put_cluster_capacity_providers(
        cluster=CLUSTER, capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=[]
    )
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    world.contract("hello", capacity_provider_strategy=strategy)


@seed("capacity-quota", "6 of 6 vCPUs", "vcpu-quota", status=Status.WARN)
def vcpus_used_up(world: World) -> None:
    dimensions = {
        "Class": "Standard/OnDemand",
        "Resource": "vCPU",
        "Service": "Fargate",
        "Type": "Resource",
    }
    world.client("cloudwatch").put_metric_data(
        Namespace="AWS/Usage",
        MetricData=[
            {
                "MetricName": "ResourceCount",
                "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
                "Timestamp": time.time() - 400,
                "Value": 6.0,
            }
        ],
    )


@seed("capacity-quota", "takes 8 vCPUs", "vcpu-quota")
def task_larger_than_the_quota(world: World) -> None:
    world.definition("hello", cpu="8192", memory="16384")


@seed("role-service-linked", "has no role AWSServiceRoleForECS", "service-linked-role")
def service_linked_role_missing(world: World) -> None:
    world.client("iam").delete_role(RoleName="AWSServiceRoleForECS")


# -- MWAA ------------------------------------------------------------------------------------


@seed("mwaa-bucket", "is not versioned")
def bucket_without_versions(world: World) -> None:
    world.client("s3").put_bucket_versioning(
        Bucket=world.place.dags_bucket_name, VersioningConfiguration={"Status": "Suspended"}
    )


@seed("mwaa-role", "does not trust airflow-env.amazonaws.com")
def mwaa_role_that_mwaa_cannot_assume(world: World) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    world.client("iam").update_assume_role_policy(
        RoleName=world.place.mwaa_execution_role_name, PolicyDocument=document(trust)
    )
