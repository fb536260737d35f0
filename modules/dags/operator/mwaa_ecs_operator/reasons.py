"""Why an ECS task stopped or did not start, and what to do: one table.

ECS reports a reason in free text: `stoppedReason` of the task, `reason` of each container and,
for a task that never started, the error of RunTask. Each row recognises one cause by parts of
that text. Fargate truncates long reasons, so a row matches by what comes first. The operator
prints cause and remedy; other tools read the table from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reason:
    """A cause that ECS reports.

    Attributes:
        id: stable, for links.
        pattern: matched case-insensitively anywhere in the text.
        cause: what happened, as a sentence.
        remedy: what to do, as a sentence.
        retry: "never" where the next try would fail alike, "once" where a restart at once often
            helps, "later" where Airflow's next try may succeed.
    """

    id: str
    pattern: str
    cause: str
    remedy: str
    retry: str = "never"


_AWS_OUT = (
    "Add a NAT gateway, or VPC endpoints (modules/network), and let the security group out on"
    " 443."
)

REASONS: tuple[Reason, ...] = (
    Reason(
        "run-task-denied",
        r"not authorized to perform: ecs:RunTask",
        "MWAA's role may not start this task definition.",
        "Set mwaa_execution_role_name of the module to the environment's role, and apply.",
    ),
    Reason(
        "pass-role-denied",
        r"not authorized to perform: iam:PassRole",
        "MWAA's role may not pass the execution role or the task role to ECS.",
        "Create the role with the module (execution_role, task_role), or name it there, and"
        " apply.",
    ),
    Reason(
        "service-linked-role",
        r"unable to assume the service linked role",
        "The account has no service-linked role of ECS.",
        "Run: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
    ),
    Reason(
        "role-trust",
        r"ECS was unable to assume the role|unable to assume (the )?role",
        "The execution role or the task role does not exist, or does not trust"
        " ecs-tasks.amazonaws.com.",
        "Let its trust policy allow ecs-tasks.amazonaws.com. A role that is new needs some"
        " seconds.",
        "later",
    ),
    Reason(
        "cluster-not-found",
        r"ClusterNotFound|cluster not found",
        "The cluster does not exist in this account and region.",
        "Apply the module in the region of the environment, or correct region_name.",
    ),
    Reason(
        "definition-inactive",
        r"TaskDefinition is inactive|unable to describe task definition",
        "The task definition was deregistered, or was never registered.",
        "Apply the module.",
    ),
    Reason(
        "network-missing",
        r"Network Configuration must be provided",
        "The task definition uses awsvpc and no subnets were given.",
        "Apply the module: its parameter of the task holds the network configuration.",
    ),
    Reason(
        "container-unknown",
        r"Override for container named .* is not a container",
        "An override names a container that the task definition does not have.",
        "Name a container of the task.",
    ),
    Reason(
        "network-mismatch",
        r"belong to different networks",
        "The security group and the subnets are in different VPCs.",
        "Give subnets and security groups of one VPC in network.",
    ),
    Reason(
        "size",
        r"No Fargate configuration exists",
        "Fargate does not offer this cpu with this memory.",
        "Give one of Fargate's pairs.",
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
        r"Capacity is unavailable|RESOURCE:|^AGENT$",
        "AWS has no capacity for this task at present.",
        "Retry. Give subnets in more availability zones, or a second capacity provider.",
        "later",
    ),
    Reason(
        "capacity-provider",
        r"not compatible with compute strategy|capacity provider .* (not found|not associated)",
        "The cluster does not have the capacity provider of the task's strategy.",
        "Add it to cluster.capacity_providers.",
    ),
    Reason(
        "throttled",
        r"Rate exceeded|ThrottlingException",
        "AWS throttled the call.",
        "Retry, and start fewer tasks at once.",
        "later",
    ),
    Reason(
        "addresses",
        r"(Create|creating) ?Network ?Interface|insufficient free addresses",
        "A network interface could not be created, most often for lack of free addresses in the"
        " subnet.",
        "Give larger or more subnets.",
        "later",
    ),
    Reason(
        "spot",
        r"Spot Task was interrupted|SpotInterruption",
        "AWS took the Spot capacity back.",
        "Retry. Give FARGATE a base or weight in the capacity provider strategy where it must"
        " not happen.",
        "later",
    ),
    Reason(
        "secret-not-found",
        r"ResourceNotFoundException|can.?t find the specified secret|retrieve the secret"
        r" with ARN",
        "A secret of the task does not exist, or is scheduled for deletion.",
        "Create or restore the secret, or correct its ARN in secrets.",
    ),
    Reason(
        "secret-json-key",
        r"did not contain json key",
        "A secret lacks the JSON key that the task definition names.",
        "Add the key to the secret.",
    ),
    Reason(
        "secret-denied",
        r"not authorized to perform: secretsmanager:GetSecretValue",
        "The execution role may not read a secret.",
        "Name the secret by its ARN in secrets. For an existing execution role, allow it there,"
        " and in the secret's own policy.",
    ),
    Reason(
        "parameters-denied",
        r"not authorized to perform: ssm:GetParameters",
        "The execution role may not read a parameter.",
        "Name the parameter in secrets. For an existing execution role, allow it there.",
    ),
    Reason(
        "parameters-invalid",
        r"invalid ssm parameters",
        "A parameter of secrets does not exist.",
        "Create it, or correct its name.",
    ),
    Reason(
        "key-denied",
        r"Access to KMS is not allowed|not authorized to perform: kms:Decrypt",
        "The execution role may not use the key of a secret.",
        "Give the key's ARN in execution_role.kms_key_arns, and allow the role in the key's"
        " policy.",
    ),
    Reason(
        "secrets-unreachable",
        r"pull secrets or registry auth.*(timeout|deadline exceeded|Context canceled|request"
        r" send failed)",
        "ECS could not reach Secrets Manager, Parameter Store or ECR from the subnet.",
        _AWS_OUT,
        "once",
    ),
    Reason(
        "registry-login-denied",
        r"not authorized to perform: ecr:GetAuthorizationToken",
        "The execution role may not log in to ECR.",
        "Use the module's execution role, or allow ecr:GetAuthorizationToken.",
    ),
    Reason(
        "image-denied",
        r"not authorized to perform: ecr:BatchGetImage|ecr:GetDownloadUrlForLayer",
        "The execution role may not pull the image.",
        "Use the module's execution role. For a repository of another account, allow it in the"
        " repository's policy.",
    ),
    Reason(
        "log-group-missing",
        r"(log group|specified log group) does not exist",
        "The task's log group does not exist.",
        "Apply the module, or set create_log_group.",
    ),
    Reason(
        "logs-unreachable",
        r"(cannot find|validate) .*log group.*(connection|timeout)|logs\..*(no such host|i/o"
        r" timeout)",
        "ECS could not reach CloudWatch Logs from the subnet.",
        _AWS_OUT,
        "once",
    ),
    Reason(
        "logs-denied",
        r"logs:CreateLogStream|failed to initialize logging driver.*AccessDenied",
        "The execution role may not write to the log group.",
        "Use the module's execution role, or allow logs:CreateLogStream and logs:PutLogEvents.",
    ),
    Reason(
        "efs-name",
        r"Failed to resolve \"?fs-",
        "The file system has no mount target in the task's availability zone.",
        "Create a mount target in each zone.",
    ),
    Reason(
        "efs-path",
        r"mount\.nfs4.*No such file",
        "The root directory does not exist on the file system.",
        "Create it, or use an access point.",
    ),
    Reason(
        "efs-denied",
        r"access denied by server while mounting",
        "The file system's policy refuses the mount.",
        "Set authorization_config.iam = ENABLED, and allow the task role to mount.",
    ),
    Reason(
        "efs-port",
        r"mount\.nfs4.*(reset|timed out)",
        "The mount target's security group does not let the task in.",
        "Allow port 2049 from the tasks' security group.",
    ),
    Reason(
        "image-platform",
        r"descriptor matching platform|exec format error|image Manifest does not contain",
        "The image was built for another CPU architecture.",
        "Build it for linux/amd64, or set runtime_platform.cpu_architecture = ARM64.",
    ),
    Reason(
        "rate-limit",
        r"toomanyrequests|pull rate limit",
        "The registry limits how often images are pulled.",
        "Copy the image to ECR, use a pull-through cache, or give repository_credentials.",
        "once",
    ),
    Reason(
        "image-not-found",
        r"(failed to resolve ref|pull image manifest|CannotPull).*(not found|does not"
        r" exist)|manifest unknown",
        "The image or its tag does not exist.",
        "Push it, or correct the reference. A digest cannot vanish under a tag.",
    ),
    Reason(
        "image-private",
        r"pull access denied|(CannotPull|pull).*(unauthorized|authentication required|403"
        r" Forbidden)",
        "The registry refuses access: the image is private, or its name is misspelt.",
        "Correct the name, or give repository_credentials.",
    ),
    Reason(
        "image-unreachable",
        r"(CannotPull|registry-1\.docker\.io|httpReadSeeker|dial tcp).*"
        r"(i/o timeout|timeout|deadline exceeded|Context canceled|connection refused)",
        "The registry or the store of its layers cannot be reached from the subnet.",
        f"{_AWS_OUT} ECR's layers come from S3: its gateway endpoint is needed too.",
        "once",
    ),
    Reason(
        "disk-full",
        r"no space left on device",
        "The image and its files do not fit the task's disk.",
        "Set ephemeral_storage to more GiB.",
    ),
    Reason(
        "image-pull",
        r"CannotPullContainer",
        "The image could not be pulled.",
        "Read the reason: it names what the registry answered.",
        "once",
    ),
    Reason(
        "out-of-memory",
        r"OutOfMemory|killed due to memory usage",
        "The container used more memory than it has and was killed.",
        "Give it more memory.",
        "later",
    ),
    Reason(
        "entry-point",
        r"(executable file not found|no such file or directory).*|CannotStartContainerError",
        "The container's program could not be started.",
        "Correct command or entry_point: each element is one word.",
    ),
    Reason(
        "start-transient",
        r"Timeout waiting for (network"
        r" interface|EphemeralStorage)|InternalError|CannotCreateContainer",
        "AWS could not start the task in time.",
        "Retry.",
        "once",
    ),
    Reason(
        "maintenance",
        r"performing maintenance|TerminationNotice|scheduled retirement",
        "AWS ended the task for maintenance of its host.",
        "Retry.",
        "later",
    ),
)
"""Tried in this order: the first row that matches is the cause."""

_COMPILED = tuple((re.compile(row.pattern, re.I | re.S), row) for row in REASONS)


def find_reason(text: str) -> Reason | None:
    """Return the row that recognises a reason's text."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return next((row for pattern, row in _COMPILED if pattern.search(text)), None)


def texts_of(task: Mapping[str, Any]) -> Sequence[str]:
    """Return every reason of a task of DescribeTasks, the containers' own first."""
    containers = [str(one.get("reason") or "") for one in task.get("containers") or ()]
    return [text for text in (*containers, str(task.get("stoppedReason") or "")) if text]


def reason_of(task: Mapping[str, Any]) -> Reason | None:
    """Return why a task of DescribeTasks stopped; None where its program ended by itself."""
    found = (find_reason(text) for text in texts_of(task))
    return next((row for row in found if row is not None), None)
