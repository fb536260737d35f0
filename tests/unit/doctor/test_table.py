"""Each failure that ECS is known to report is named by a seeded check, or explained.

The numbers are those of the study that the doctor began with.
"""

from __future__ import annotations

import pytest

from mwaa_ecs.doctor import CHECKS
from mwaa_ecs_operator.reasons import find_reason
from unit.doctor import seeds_contract, seeds_network, seeds_rights, seeds_things  # noqa: F401 - they fill SEEDS
from unit.doctor.seeds import SEEDS

PULL = "CannotPullContainerError: "
START = "ResourceInitializationError: unable to pull secrets or registry auth: "
NAMED = {
    1: "is not authorized to perform: ecs:RunTask on resource: x",
    2: "is not authorized to perform: iam:PassRole on resource: x",
    3: "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/x'",
    4: "Unable to assume the service linked role. Please verify that it exists.",
    5: "ClusterNotFoundException: Cluster not found.",
    6: "ClientException: TaskDefinition is inactive",
    7: "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    8: "Override for container named x is not a container in the TaskDefinition.",
    9: "You have specified two resources that belong to different networks.",
    10: "No Fargate configuration exists for given values",
    11: "You've reached the limit on the number of vCPUs you can run concurrently",
    12: "Capacity is unavailable at this time. Please try again later",
    13: "The capacity provider is not compatible with compute strategy",
    15: "Encountered error creating Network Interface: insufficient free addresses",
    17: f"{START}unable to retrieve ecr registry auth: dial tcp: i/o timeout",
    18: f"{START}AccessDeniedException: not authorized: ecr:GetAuthorizationToken",
    19: f"{START}unable to retrieve secrets from ssm: context deadline exceeded",
    20: f"{START}unable to retrieve secrets from ssm: not authorized: ssm:GetParameters",
    21: "invalid ssm parameters: /x",
    22: f"{START}unable to retrieve secret from asm: RequestCanceled: i/o timeout",
    23: "is not authorized to perform: secretsmanager:GetSecretValue on resource: x",
    24: "unable to retrieve secret from asm: can't retrieve the secret with ARN x",
    25: "retrieved secret from Secrets Manager did not contain json key K",
    26: "Access to KMS is not allowed",
    27: "failed to validate logger args: The specified log group does not exist",
    28: "failed to validate logger args: cannot find log group: connection issue",
    29: "failed to validate logger args: AccessDenied: logs:CreateLogStream",
    30: "dial tcp: lookup logs.eu-west-9.amazonaws.com: no such host",
    31: 'Failed to resolve "fs-1.efs.eu-west-1.amazonaws.com"',
    32: "mount.nfs4: mounting fs-1:/x failed, given by server: No such file or directory",
    33: "mount.nfs4: access denied by server while mounting 127.0.0.1:/",
    34: "mount.nfs4: Connection reset by peer",
    35: f"{PULL}failed to resolve ref x: not found",
    36: f"{PULL}image Manifest does not contain descriptor matching platform 'linux/amd64'",
    37: "is not authorized to perform: ecr:BatchGetImage on resource: x",
    38: f"{PULL}pull access denied for x, repository does not exist",
    39: f"{PULL}toomanyrequests: You have reached your pull rate limit",
    40: f"{PULL}dial tcp registry-1.docker.io: i/o timeout",
    41: f"{PULL}httpReadSeeker: failed open: Context canceled",
}
# Its image has a size in test_faults.py, which the sandbox cannot hold.
OTHERWISE = {42: f"{PULL}no space left on device"}
# Nothing shows them before a run.
EXPLAINED = {
    14: "ThrottlingException: Rate exceeded",
    16: "Timeout waiting for network interface provisioning to complete.",
    43: "OutOfMemoryError: Container killed due to memory usage",
    44: "exit code 137",
    45: "Your Spot Task was interrupted",
    46: "ECS is performing maintenance on the underlying infrastructure",
    47: "InternalError",
    48: "EssentialContainerExited",
    49: "UserInitiated",
}


def _bearing(text: str) -> set[str]:
    """Return the checks that bear on an error's cause."""
    reason = find_reason(text)
    assert reason is not None, text
    assert reason.remedy
    return {one.id for one in CHECKS if reason.id in one.reasons}


@pytest.mark.parametrize("text", NAMED.values(), ids=map(str, NAMED))
def test_the_error_has_a_cause_that_a_seeded_check_names(text: str) -> None:
    assert _bearing(text) & {one.check for one in SEEDS}


@pytest.mark.parametrize("text", EXPLAINED.values(), ids=map(str, EXPLAINED))
def test_the_error_that_nothing_shows_before_is_explained(text: str) -> None:
    assert not _bearing(text)


def test_every_failure_of_the_study_is_here() -> None:
    assert sorted({**NAMED, **OTHERWISE, **EXPLAINED}) == list(range(1, 50))
    assert _bearing(OTHERWISE[42]) == {"images-size"}
