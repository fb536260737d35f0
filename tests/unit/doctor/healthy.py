"""A healthy account with all that a task can use: a secret, a key, a file system, ECR.

Two tasks: `etl` uses everything, `hello` is an image of Docker Hub and nothing else. Names and
JSON are as the module writes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from healthy_account import TRUST
from mwaa_ecs.doctor import CHECKS, Account, Asked, Report, run_checks
from mwaa_ecs.doctor.image_names import PULL
from mwaa_ecs.sandbox.account import Account as Place
from mwaa_ecs.sandbox.account import create_account, give_way_out
from mwaa_ecs.sandbox.local_aws import LocalAws

REGION = "eu-west-1"
ACCOUNT = "123456789012"
CLUSTER = "jobs-cluster"
ECR = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/etl"
EXECUTION_ROLE = "jobs-execution"
TASK_ROLE = "jobs-etl"
GROUPS = {"etl": "/ecs/jobs-etl", "hello": "/ecs/jobs-hello"}
TAG = {"mwaa-ecs-contract": "/mwaa"}


def arn(service: str, resource: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def role_arn(name: str) -> str:
    return arn("iam", f"role/{name}", "")


def allow(actions: list[str], *resources: str, **condition: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": list(resources)}
    return {**found, "Condition": condition} if condition else found


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def image_index(*architectures: str) -> str:
    """Return the manifest of an image for several platforms."""
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
            "manifests": [
                {
                    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                    "digest": f"sha256:{number:064d}",
                    "size": 100,
                    "platform": {"architecture": one, "os": "linux"},
                }
                for number, one in enumerate(architectures, start=1)
            ],
        }
    )


@dataclass
class World:
    """The account, and what a seeded fault needs to know of it."""

    aws: LocalAws
    place: Place
    group_id: str = ""
    secret_arn: str = ""
    key_arn: str = ""
    log_key_arn: str = ""
    file_system_id: str = ""
    access_point_id: str = ""
    efs_group_id: str = ""

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    # -- running the doctor ----------------------------------------------------------------

    def doctor(self, account: Account | None = None, **asked: Any) -> Report:
        account = account or Account(self.aws.client, REGION)
        return run_checks(account, Asked(**asked), CHECKS)

    # -- changing the account --------------------------------------------------------------

    def parameter(self, name: str, value: str) -> None:
        self.client("ssm").put_parameter(
            Name=f"/mwaa/{name}", Value=value, Type="String", Overwrite=True
        )

    def contract(self, task: str, **changed: Any) -> None:
        """Change keys of a task's contract; None takes one away."""
        name = f"/mwaa/tasks/{task}"
        text = self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
        found = {**json.loads(text), **changed}
        kept = {key: value for key, value in found.items() if value is not None}
        self.parameter(f"tasks/{task}", json.dumps(kept))

    def definition(self, task: str, **changed: Any) -> None:
        """Register a revision with changed members; None takes one away."""
        ecs = self.client("ecs")
        found = ecs.describe_task_definition(taskDefinition=f"jobs-{task}")["taskDefinition"]
        kept = {
            key: found[key]
            for key in (
                "family", "taskRoleArn", "executionRoleArn", "networkMode", "cpu", "memory",
                "containerDefinitions", "volumes", "requiresCompatibilities", "runtimePlatform",
                "ephemeralStorage",
            )
            if key in found
        }  # fmt: skip
        asked = {key: one for key, one in {**kept, **changed}.items() if one is not None}
        ecs.register_task_definition(**asked)

    def container(self, task: str, **changed: Any) -> None:
        """Register a revision whose container has changed members; None takes one away."""
        found = self.client("ecs").describe_task_definition(taskDefinition=f"jobs-{task}")
        one = {**found["taskDefinition"]["containerDefinitions"][0], **changed}
        kept = {key: value for key, value in one.items() if value is not None}
        self.definition(task, containerDefinitions=[kept])

    def copy_task(self, task: str, name: str) -> None:
        """Add a task with a definition, a log group and a role of its own."""
        ecs, logs, group = self.client("ecs"), self.client("logs"), f"/ecs/jobs-{name}"
        found = ecs.describe_task_definition(taskDefinition=f"jobs-{task}")["taskDefinition"]
        container = json.loads(
            json.dumps(found["containerDefinitions"][0]).replace(GROUPS[task], group)
        )
        role = self.client("iam").create_role(
            RoleName=f"jobs-{name}", AssumeRolePolicyDocument=json.dumps(TRUST)
        )
        logs.create_log_group(logGroupName=group)
        ecs.register_task_definition(
            family=f"jobs-{name}",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            executionRoleArn=role_arn(EXECUTION_ROLE),
            taskRoleArn=role["Role"]["Arn"],
            containerDefinitions=[container],
        )
        text = self.client("ssm").get_parameter(Name=f"/mwaa/tasks/{task}")["Parameter"]
        kwargs = {**json.loads(text["Value"]), "task_definition": f"jobs-{name}"}
        self.parameter(f"tasks/{name}", json.dumps({**kwargs, "awslogs_group": group}))

    def policy(self, role: str, *statements: dict[str, Any]) -> None:
        """Replace the policy of a role."""
        self.client("iam").put_role_policy(
            RoleName=role, PolicyName="jobs", PolicyDocument=document(*statements)
        )


def build(aws: LocalAws) -> World:
    """Create the account."""
    place = create_account(aws)
    give_way_out(aws, place)
    world = World(aws, place)
    _security_groups(world)
    _environment(world)
    _secrets(world)
    _file_system(world)
    _image(world)
    _roles(world)
    _tasks(world)
    _contract(world)
    return world


def _security_groups(world: World) -> None:
    ec2 = world.client("ec2")

    def group(name: str) -> str:
        made = ec2.create_security_group(
            GroupName=name, Description=name, VpcId=world.place.vpc_id
        )
        return str(made["GroupId"])

    world.group_id, world.efs_group_id = group("jobs-tasks"), group("efs")
    ec2.authorize_security_group_ingress(
        GroupId=world.efs_group_id,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 2049,
                "ToPort": 2049,
                "UserIdGroupPairs": [{"GroupId": world.group_id}],
            }
        ],
    )


def _environment(world: World) -> None:
    ec2, mwaa = world.client("ec2"), world.client("mwaa")
    group = ec2.create_security_group(
        GroupName="mwaa", Description="x", VpcId=world.place.vpc_id
    )["GroupId"]
    pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])
    mwaa.create_environment(
        Name="demo",
        ExecutionRoleArn=world.place.mwaa_execution_role_arn,
        SourceBucketArn=f"arn:aws:s3:::{world.place.dags_bucket_name}",
        DagS3Path="dags",
        NetworkConfiguration={
            "SubnetIds": list(world.place.subnet_ids),
            "SecurityGroupIds": [group],
        },
    )
    for _ in range(2):
        mwaa.get_environment(Name="demo")


def _secrets(world: World) -> None:
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": arn("iam", "root", "")},
        "Action": "kms:*",
        "Resource": "*",
    }
    logs = {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{REGION}.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn("logs", "log-group:/ecs/*")}
        },
    }
    kms = world.client("kms")
    world.key_arn = kms.create_key(Policy=document(root))["KeyMetadata"]["Arn"]
    world.log_key_arn = kms.create_key(Policy=document(root, logs))["KeyMetadata"]["Arn"]
    world.secret_arn = world.client("secretsmanager").create_secret(
        Name="db", SecretString='{"password": "x"}', KmsKeyId=world.key_arn
    )["ARN"]
    world.client("ssm").put_parameter(Name="/etl/mode", Value="fast", Type="String")


def _file_system(world: World) -> None:
    efs = world.client("efs")
    world.file_system_id = efs.create_file_system(CreationToken="x")["FileSystemId"]
    for subnet in world.place.subnet_ids:
        efs.create_mount_target(
            FileSystemId=world.file_system_id,
            SubnetId=subnet,
            SecurityGroups=[world.efs_group_id],
        )
    world.access_point_id = efs.create_access_point(
        ClientToken="x", FileSystemId=world.file_system_id
    )["AccessPointId"]


def _image(world: World) -> None:
    ecr = world.client("ecr")
    ecr.create_repository(repositoryName="etl")
    ecr.put_image(
        repositoryName="etl", imageManifest=image_index("amd64", "arm64"), imageTag="1"
    )


def execution_statements(world: World) -> dict[str, dict[str, Any]]:
    """Return what the execution role is allowed, by what it is for."""
    streams = [arn("logs", f"log-group:{group}:log-stream:*") for group in GROUPS.values()]
    return {
        "registry": allow(["ecr:GetAuthorizationToken"], "*"),
        "pull": allow(
            [*PULL],
            arn("ecr", "repository/etl"),
        ),
        "secret": allow(["secretsmanager:GetSecretValue"], world.secret_arn),
        "parameter": allow(["ssm:GetParameters"], arn("ssm", "parameter/etl/mode")),
        "key": allow(["kms:Decrypt"], world.key_arn),
        "logs": allow(["logs:CreateLogStream", "logs:PutLogEvents"], *streams),
    }  # fmt: skip


def mwaa_statements(world: World) -> dict[str, dict[str, Any]]:
    """Return what MWAA's role is allowed, by what it is for."""
    tasks = arn("ecs", f"task/{CLUSTER}/*")
    in_cluster = {"ArnEquals": {"ecs:cluster": arn("ecs", f"cluster/{CLUSTER}")}}
    to_ecs = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    families = [arn("ecs", f"task-definition/jobs-{task}:*") for task in GROUPS]
    contract = [arn("ssm", f"parameter/mwaa/tasks/{task}") for task in GROUPS]
    when_run = {"StringEquals": {"ecs:CreateAction": "RunTask"}}
    streams = [arn("logs", f"log-group:{group}:log-stream:*") for group in GROUPS.values()]
    return {
        "run": allow(["ecs:RunTask"], *families, **in_cluster),
        "pass": allow(
            ["iam:PassRole"], role_arn(EXECUTION_ROLE), role_arn(TASK_ROLE), **to_ecs
        ),
        "watch": allow(["ecs:DescribeTasks", "ecs:StopTask"], tasks),
        "tag": allow(["ecs:TagResource"], tasks, **when_run),
        "lines": allow(["logs:GetLogEvents"], *streams),
        "key": allow(["kms:Decrypt"], world.log_key_arn),
        "contract": allow(
            ["ssm:GetParameter", "ssm:GetParameters"],
            *contract,
            arn("ssm", "parameter/mwaa/images/*"),
        ),
    }


def _roles(world: World) -> None:
    for name in (EXECUTION_ROLE, TASK_ROLE):
        world.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)
        )
    world.policy(EXECUTION_ROLE, *execution_statements(world).values())
    iam = world.client("iam")
    files = iam.create_policy(
        PolicyName="files", PolicyDocument=document(allow(["s3:GetObject"], "arn:aws:s3:::x/*"))
    )
    iam.attach_role_policy(RoleName=EXECUTION_ROLE, PolicyArn=files["Policy"]["Arn"])
    mount = allow(
        ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        arn("elasticfilesystem", f"file-system/{world.file_system_id}"),
    )
    world.policy(TASK_ROLE, mount)
    world.policy(world.place.mwaa_execution_role_name, *mwaa_statements(world).values())


def _container(name: str, image: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "image": image,
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": GROUPS[name],
                "awslogs-region": REGION,
                "awslogs-stream-prefix": "ecs",
            },
        },
        **more,
    }


def _tasks(world: World) -> None:
    ecs, logs = world.client("ecs"), world.client("logs")
    logs.create_log_group(logGroupName=GROUPS["etl"])
    logs.create_log_group(logGroupName=GROUPS["hello"], kmsKeyId=world.log_key_arn)
    ecs.create_cluster(clusterName=CLUSTER, capacityProviders=["FARGATE", "FARGATE_SPOT"])
    shared = {
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "executionRoleArn": role_arn(EXECUTION_ROLE),
    }
    ecs.register_task_definition(
        family="jobs-etl",
        cpu="1024",
        memory="2048",
        taskRoleArn=role_arn(TASK_ROLE),
        volumes=[
            {
                "name": "results",
                "efsVolumeConfiguration": {
                    "fileSystemId": world.file_system_id,
                    "transitEncryption": "ENABLED",
                    "authorizationConfig": {
                        "accessPointId": world.access_point_id,
                        "iam": "ENABLED",
                    },
                },
            }
        ],
        containerDefinitions=[
            _container(
                "etl",
                f"{ECR}:1",
                secrets=[
                    {"name": "PASSWORD", "valueFrom": f"{world.secret_arn}:password::"},
                    {"name": "MODE", "valueFrom": "/etl/mode"},
                ],
                mountPoints=[{"sourceVolume": "results", "containerPath": "/results"}],
            )
        ],
        **shared,
    )
    ecs.register_task_definition(
        family="jobs-hello",
        cpu="256",
        memory="512",
        containerDefinitions=[_container("hello", "hello-world:latest")],
        **shared,
    )


def _contract(world: World) -> None:
    network = {
        "awsvpcConfiguration": {
            "subnets": list(world.place.subnet_ids),
            "securityGroups": [world.group_id],
            "assignPublicIp": "DISABLED",
        }
    }
    for task, group in GROUPS.items():
        kwargs: dict[str, Any] = {
            "cluster": CLUSTER,
            "task_definition": f"jobs-{task}",
            "container_name": task,
            "launch_type": "FARGATE",
            "platform_version": "LATEST",
            "network_configuration": network,
            "awslogs_group": group,
            "awslogs_region": REGION,
            "awslogs_stream_prefix": f"ecs/{task}",
            "propagate_tags": "TASK_DEFINITION",
        }
        if task == "hello":
            del kwargs["launch_type"]
            strategy = [{"capacityProvider": "FARGATE", "weight": 1}]
            kwargs["capacity_provider_strategy"] = strategy
        world.parameter(f"tasks/{task}", json.dumps(kwargs))
    index = {
        f"{ECR}:1": [{"task": "etl", "cpu": 1024, "memory": 2048}],
        "docker.io/library/hello-world:latest": [{"task": "hello", "cpu": 256, "memory": 512}],
    }
    world.parameter("images/all", json.dumps(index))
    for name, value in {
        "ecs/cluster": CLUSTER,
        "ecs/task_definition": "jobs-hello",
        "vpc/private_subnets": ",".join(world.place.subnet_ids),
        "vpc/security_group": world.group_id,
        "cw/log_group": GROUPS["hello"],
        "cw/log_stream": "ecs/hello",
    }.items():
        world.parameter(name, value)
