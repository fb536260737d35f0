"""Every reason that ECS is known to give has a row: its cause, and what to do.

The texts are in AWS's words, from its documentation and from public issues; names and numbers
are made up. Fargate cuts long ones off, so each must be recognised by its beginning too.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from mwaa_ecs_operator.reasons import REASONS, find_reason, reason_of

USER = "User: arn:aws:sts::123456789012:assumed-role/etl/0123456789abcdef is not authorized to"
PULL = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource"
)
RETRIED = "service call has been retried 1 time(s):"
CANCELLED = "RequestCanceled: request context canceled caused by: context deadline exceeded"
LOGGER = (
    "ResourceInitializationError: failed to validate logger args: create stream has been"
    " retried 1 times: failed to create Cloudwatch log stream:"
)
EFS = (
    "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes:"
    " stderr:"
)
IMAGE = "CannotPullContainerError: pull image manifest has been retried 5 time(s):"

TEXTS = [
    ("run-task-denied", f"{USER} perform: ecs:RunTask on resource: task-definition/etl:1"),
    ("pass-role-denied", f"{USER} perform: iam:PassRole on resource: role/etl"),
    ("tag-denied", f"{USER} perform: ecs:TagResource on resource: task/etl/*"),
    ("watch-denied", f"{USER} perform: ecs:DescribeTasks on resource: task/etl/0123"),
    ("watch-denied", f"{USER} perform: ecs:StopTask on resource: task/etl/0123"),
    ("read-log-denied", f"{USER} perform: logs:GetLogEvents on resource: log-group:/ecs/etl"),
    ("contract-denied", f"{USER} perform: ssm:GetParameter on resource:"
     " parameter/mwaa/tasks/x"),
    ("role-trust", "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/etl' that"
     " was provided for this task. Please verify that the role being passed has the proper"
     " trust relationship and permissions"),
    ("service-linked-role", "Unable to assume the service linked role. Please verify that the"
     " ECS service linked role exists."),
    ("cluster-not-found", "ClusterNotFoundException: Cluster not found."),
    ("cluster-not-found", "MISSING"),
    ("definition-inactive", "TaskDefinition is inactive"),
    ("definition-inactive", "TaskDefinition not found."),
    ("network-missing",
     "Network Configuration must be provided when networkMode 'awsvpc' is specified."),
    ("container-unknown",
     "Override for container named etl is not a container in the TaskDefinition."),
    ("network-mismatch",
     "The security group 'sg-0a1' and subnet 'subnet-0b1' belong to different networks"),
    ("network-ids", "The subnet ID 'subnet-0a1,subnet-0b1' does not exist"),
    ("network-ids", "InvalidSubnetID.NotFound"),
    ("network-ids", "Error retrieving security group information for [[sg-0a1]]:"
     " InvalidGroup.NotFound"),
    ("size", "No Fargate configuration exists for given values: 300 CPU, 512 memory."),
    ("vcpu-quota",
     "You\u2019ve reached the limit on the number of vCPUs you can run concurrently"),
    ("capacity", "Capacity is unavailable at this time. Please try again later or in a"
     " different availability zone"),
    ("capacity", "RESOURCE:MEMORY"),
    ("no-instances", "No Container Instances were found in your cluster."),
    ("launch-type-and-strategy", "Specifying both a launch type and capacity provider strategy"
     " is not supported. Remove one and try again."),
    ("capacity-provider", "The task definition is not compatible with compute strategy"),
    ("capacity-provider", "The specified capacity provider 'spot' was not found. Specify a"
     " valid name or ARN and try again."),
    ("throttled", "Rate exceeded"),
    ("addresses", "Unexpected EC2 error while attempting to Create Network Interface in subnet"
     " 'subnet-0a1': InsufficientFreeAddressesInSubnet"),
    ("start-transient", "Timeout waiting for network interface provisioning to complete."),
    ("start-transient", "Timeout waiting for EphemeralStorage provisioning to complete."),
    ("registry-login-unreachable", f"{PULL} retrieval failed: unable to retrieve ecr registry"
     f" auth: service call has been retried 3 time(s): RequestError: send request failed caused"
     " by: Post \"https://api.ecr.eu-west-1.amazonaws.com/\": dial tcp 10.0.0.1:443: i/o"
     " timeout"),
    ("registry-login-unreachable", "ResourceInitializationError: unable to pull secrets or"
     " registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection"
     " issue between the task and Amazon ECR. Check your task network configuration."),
    ("registry-login-denied", f"{PULL} retrieval failed: unable to retrieve ecr registry auth:"
     f" {RETRIED} AccessDeniedException: {USER} perform: ecr:GetAuthorizationToken"),
    ("parameters-unreachable", f"{PULL} retrieval failed: unable to retrieve secrets from ssm:"
     f" {RETRIED} {CANCELLED}"),
    ("parameters-denied", f"{PULL} retrieval failed: unable to retrieve secrets from ssm:"
     f" {RETRIED} AccessDeniedException: {USER} perform: ssm:GetParameters on resource: *"),
    ("parameters-invalid", f"{PULL} retrieval failed: invalid ssm parameters: /etl/password"),
    ("secrets-unreachable", f"{PULL} retrieval failed: unable to retrieve secret from asm:"
     f" {RETRIED} failed to fetch secret x from secrets manager: {CANCELLED}"),
    ("secret-denied", f"{PULL} retrieval failed: unable to retrieve secret from asm: {RETRIED}"
     " failed to fetch secret x from secrets manager: AccessDeniedException:"
     f" {USER} perform: secretsmanager:GetSecretValue"),
    ("secret-not-found", f"{PULL} retrieval failed: unable to retrieve secret from asm:"
     f" {RETRIED} failed to fetch secret x from secrets manager: ResourceNotFoundException:"
     " Secrets Manager can\u2019t find the specified secret."),
    ("secret-not-found", "ResourceInitializationError: The task can't retrieve the secret with"
     " ARN 'x' from AWS Secrets Manager. Check whether the secret exists."),
    ("secret-json-key", f"{PULL} retrieval failed: retrieved secret from Secrets Manager did"
     " not contain json key password"),
    ("key-denied", f"{PULL} retrieval failed: unable to retrieve secret from asm: {RETRIED}"
     " AccessDeniedException: Access to KMS is not allowed"),
    ("key-denied", f"{PULL} retrieval failed: unable to retrieve secrets from ssm: {RETRIED}"
     " AccessDeniedException: The ciphertext refers to a customer master key that does not"
     " exist"),
    ("environment-files", "ResourceInitializationError: failed to download env files:"
     " AccessDenied: Access Denied"),
    ("secrets-or-login", PULL),
    ("log-group-missing",
     f"{LOGGER} ResourceNotFoundException: The specified log group does not exist."),
    ("log-group-missing", "CannotStartContainerError: Error response from daemon: failed to"
     " initialize logging driver: failed to create Cloudwatch log stream:"
     " ResourceNotFoundException: The specified log group does not exist."),
    ("log-stream-missing",
     "ResourceNotFoundException: The specified log stream does not exist."),
    ("logs-unreachable", "ResourceInitializationError: failed to validate logger args: The task"
     " cannot find the Amazon CloudWatch log group defined in the task definition. There is a"
     " connection issue between the task and Amazon CloudWatch."),
    ("logs-unreachable", f"{LOGGER} {CANCELLED}"),
    ("logs-denied", f"{LOGGER} AccessDeniedException: {USER} perform: logs:CreateLogStream"),
    ("logs-name", f"{LOGGER} RequestError: send request failed caused by: Post"
     " \"https://logs.eu-wst-1.amazonaws.com/\": dial tcp: lookup logs.eu-wst-1.amazonaws.com:"
     " no such host"),
    ("efs-name", f"{EFS} Failed to resolve \"fs-0a1.efs.eu-west-1.amazonaws.com\" - check that"
     " your file system ID is correct"),
    ("efs-path", f"{EFS} mount.nfs4: mounting 127.0.0.1:/x failed, reason given by server: No"
     " such file or directory"),
    ("efs-denied", f"{EFS} mount.nfs4: access denied by server while mounting 127.0.0.1:/"),
    ("efs-port", f"{EFS} mount.nfs4: Connection reset by peer"),
    ("image-not-found", f"{IMAGE} failed to resolve ref docker.io/org/etl:1: not found"),
    ("image-not-found", "CannotPullContainerError: The task can't pull the image. Check whether"
     " the image exists."),
    ("image-platform", f"{IMAGE} image Manifest does not contain descriptor matching platform"
     " 'linux/amd64'"),
    ("image-denied", f"CannotPullECRContainerError: AccessDeniedException: {USER} perform:"
     " ecr:BatchGetImage on resource: repository/etl"),
    ("image-private", "CannotPullContainerError: inspect image has been retried 1 time(s):"
     " failed to resolve ref \"docker.io/org/etl:1\": pull access denied, repository does not"
     " exist or may require authorization: server message: insufficient_scope: authorization"
     " failed"),
    ("image-private", f"{IMAGE} failed to resolve ref \"ghcr.io/org/etl:1\": unexpected status"
     " code [manifests 1]: 403 Forbidden"),
    ("rate-limit", "CannotPullContainerError: inspect image has been retried 5 time(s):"
     " httpReadSeeker: failed open: unexpected status code: 429 Too Many Requests - Server"
     " message: toomanyrequests: You have reached your pull rate limit."),
    ("docker-hub-unreachable", f"{IMAGE} failed to resolve ref docker.io/library/etl:1: failed"
     " to do request: Head \"https://registry-1.docker.io/v2/library/etl/manifests/1\": dial"
     " tcp 192.0.2.1:443: i/o timeout"),
    ("image-layers-unreachable", "CannotPullContainerError: ref pull has been retried 5"
     " time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get"
     " \"https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/x\": Context"
     " canceled"),
    ("image-unreachable", f"{IMAGE} failed to resolve ref 123456789012.dkr.ecr.eu-west-1."
     "amazonaws.com/etl:1: failed to do request: Head: dial tcp 10.0.0.1:443: i/o timeout"),
    ("disk-full", "CannotPullContainerError: ref pull has been retried 1 time(s): failed to"
     " extract layer: write /var/lib/containerd/x: no space left on device"),
    ("image-pull", "CannotPullContainerError: Error response from daemon: something new"),
    ("entry-point", "CannotStartContainerError: ResourceInitializationError: failed to create"
     " new container runtime task: exec: \"etl --x\": executable file not found in $PATH"),
    ("out-of-memory", "OutOfMemoryError: Container killed due to memory usage"),
    ("spot", "Your Spot Task was interrupted."),
    ("maintenance", "ECS is performing maintenance on the underlying infrastructure hosting the"
     " task."),
    ("start-transient", "InternalError: failed to create container model: failed to normalize"),
    ("start-transient", "ResourceInitializationError: failed to configure ENI: failed to setup"
     " regular eni: context deadline exceeded"),
    ("program-exited", "Essential container in task exited"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "text"), TEXTS, ids=[text[:40] for _, text in TEXTS])
def test_a_text_of_ecs_has_its_row(row: str, text: str) -> None:
    found = find_reason(text)
    assert found is not None
    assert found.id == row
    shouted = find_reason(text.upper().replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"))
    assert shouted is found


def test_a_long_text_that_is_cut_off_keeps_its_row() -> None:
    changed = {
        (row, found.id if (found := find_reason(text[:255])) else None)
        for row, text in TEXTS
        if len(text) > 255
    }
    assert {(row, found) for row, found in changed if row != found} == set()


@pytest.mark.parametrize("text", ["", "The weather is fine", "exit code 1", "Task failed"])
def test_other_words_have_no_row(text: str) -> None:
    assert find_reason(text) is None


def stopped(
    stop_code: str, reason: str = "", *codes: int | None, name: str = "etl"
) -> dict[str, Any]:
    containers = [{"name": name, "exitCode": code} for code in codes]
    return {"stopCode": stop_code, "stoppedReason": reason, "containers": containers}


EXITED = ("EssentialContainerExited", "Essential container in task exited")
STOPPED = [
    (stopped("UserInitiated", "no space left on device", 143), "stopped-by-user"),
    (stopped("ServiceSchedulerInitiated", "Scaling activity", 143), "stopped-by-service"),
    (stopped("TerminationNotice", "", 143), "maintenance"),
    (stopped("SpotInterruption", "", 0), "spot"),
    (stopped(*EXITED, 137), "killed"),
    (stopped(*EXITED, 3), "program-exited"),
    (stopped(*EXITED, 0), None),
    (stopped(*EXITED, 137, name="proxy") | {"stoppedReason": ""}, None),
    (
        stopped(*EXITED)
        | {
            "containers": [
                {"exitCode": 137, "name": "etl", "reason": "OutOfMemoryError: killed"}
            ]
        },
        "out-of-memory",
    ),
    (
        stopped("TaskFailedToStart", "Task failed to start")
        | {"containers": [{"name": "etl", "reason": f"{IMAGE} etl:1: not found"}]},
        "image-not-found",
    ),
    (stopped("TaskFailedToStart", f"{PULL} x"), "secrets-or-login"),
]


@pytest.mark.parametrize(("task", "row"), STOPPED, ids=[str(row) for _, row in STOPPED])
def test_a_stopped_task_has_the_row_that_says_most(
    task: dict[str, Any], row: str | None
) -> None:
    found = reason_of(task, "etl")
    assert (None if found is None else found.id) == row


def test_no_row_is_out_of_reach_and_each_says_what_to_do() -> None:
    reached = {row for row, _ in TEXTS} | {row for _, row in STOPPED}
    assert [row.id for row in REASONS if row.id not in reached] == []
    assert len({row.id for row in REASONS}) == len(REASONS)
    for row in REASONS:
        assert re.search(r"\S\.$", row.cause), row.id
        assert len(row.remedy) > 5, row.id
        assert row.retry in ("never", "once", "later"), row.id
