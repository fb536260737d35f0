"""Why AWS refuses a call: rows of the table of reasons."""

from __future__ import annotations

from mwaa_ecs_operator.reason_row import Reason

CALLS = (
    Reason(
        "run-task-denied",
        r"not authorized to perform: ecs:RunTask",
        "MWAA's role may not start this task definition.",
        "Set mwaa_execution_role_name of the module to the environment's role, and apply. A"
        " policy of your own must name the family with every revision:"
        " task-definition/FAMILY:*.",
    ),
    Reason(
        "pass-role-denied",
        r"not authorized to perform: iam:PassRole",
        "MWAA's role may not pass the execution role or the task role to ECS.",
        "Name the role in execution_role or in task_role_arn of the task, and apply: the policy"
        " allows each by its ARN.",
    ),
    Reason(
        "tag-denied",
        r"not authorized to perform: ecs:TagResource",
        "MWAA's role may not tag tasks.",
        "Set policy.tags = true of the module and apply, or leave tags out.",
    ),
    Reason(
        "watch-denied",
        r"not authorized to perform: ecs:(DescribeTasks|StopTask|ListTasks)",
        "MWAA's role may not watch or stop the task, so a container may run on unseen.",
        "Set mwaa_execution_role_name of the module, and apply.",
    ),
    Reason(
        "read-log-denied",
        r"not authorized to perform: logs:(GetLogEvents|DescribeLogStreams)",
        "MWAA's role may not read the task's log group.",
        "Set mwaa_execution_role_name of the module, and apply.",
    ),
    Reason(
        "service-linked-role",
        r"unable to assume the service linked role",
        "The account has no service-linked role of ECS.",
        "Run: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
    ),
    Reason(
        "role-trust",
        r"unable to assume (the )?role",
        "The execution role or the task role does not exist, or does not trust"
        " ecs-tasks.amazonaws.com.",
        "Let its trust policy allow ecs-tasks.amazonaws.com. A role that is new needs some"
        " seconds.",
        "later",
    ),
    Reason(
        "cluster-not-found",
        r"ClusterNotFound|cluster (was )?not found|^MISSING$",
        "The cluster does not exist in this account and region.",
        "Apply the module in the region of the environment, or correct region_name.",
    ),
    Reason(
        "definition-inactive",
        r"TaskDefinition (is )?(inactive|not found)|unable to describe task definition",
        "The task definition was deregistered, or was never registered.",
        "Apply the module. A DAG that pins a revision must name one that is active.",
    ),
    Reason(
        "network-missing",
        r"Network Configuration must be provided",
        "The task definition uses awsvpc and no subnets were given.",
        "Apply the module: its parameter of the task holds the network configuration.",
    ),
    Reason(
        "network-mismatch",
        r"belong to different networks",
        "The security group and the subnets are in different VPCs.",
        "Give subnets and security groups of one VPC in network.",
    ),
    Reason(
        "network-ids",
        r"Invalid(Subnet|SecurityGroup|Group)\w*\.?(NotFound|Malformed)"
        r"|(subnets? (ID|')|security groups? (ID|')).*(does not exist|not valid|invalid)",
        "A subnet or security group does not exist in this account and region.",
        "Apply the module. A DAG that reads the shared parameters splits the subnets at the"
        " comma, and gives the security group as a list of one.",
    ),
    Reason(
        "container-unknown",
        r"Override for container named .* is not a container",
        "An override names a container that the task definition does not have.",
        "Name a container of the task: container_name in its parameter is the main one's.",
    ),
    Reason(
        "size",
        r"No Fargate configuration exists",
        "Fargate does not offer this cpu with this memory.",
        "Give one of Fargate's pairs: docs/tasks.md lists them.",
    ),
    Reason(
        "vcpu-quota",
        r"limit on the number of vCPUs",
        "The account's quota of Fargate vCPUs is used up.",
        "Retry later, run fewer tasks at once, or raise the quota in Service Quotas.",
        "later",
    ),
    Reason(
        "capacity",
        r"Capacity is unavailable|RESOURCE:\S|^AGENT$",
        "AWS has no capacity for this task at present.",
        "Retry. Give subnets in more availability zones, or a second capacity provider.",
        "later",
    ),
    Reason(
        "no-instances",
        r"No Container Instances were found",
        "The cluster has no instance, and the task was started with the launch type EC2.",
        "Start it on Fargate: give launch_type or the capacity provider strategy of its"
        " parameter.",
    ),
    Reason(
        "launch-type-and-strategy",
        r"both a launch ?type and (a )?capacity ?provider",
        "The call gives a launch type and a capacity provider strategy.",
        "Give one of the two: the task's parameter has the right one.",
    ),
    Reason(
        "capacity-provider",
        r"not compatible with compute strategy"
        r"|capacity provider .*not (found|associated|compatible)",
        "The cluster does not have the capacity provider of the task's strategy, or the task"
        " cannot run on it.",
        "Add it to cluster.capacity_providers.",
    ),
    Reason(
        "throttled",
        r"Rate exceeded|ThrottlingException",
        "AWS throttled the call.",
        "Retry, and start fewer tasks at once.",
        "later",
    ),
)
"""Failures that RunTask and related calls return."""
