"""Checks of the secrets and parameters that tasks read, and of their keys."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mwaa_ecs.doctor.judging import NEEDS, judge
from mwaa_ecs.doctor.references import Reference, of_task
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, skip, unknown
from mwaa_ecs.doctor.rights import decrypt, refused
from mwaa_ecs.doctor.world import Json, SkippedError, Task, World
from mwaa_ecs.iam.model import Need, NotJudgedError
from mwaa_ecs.iam.resource_policy import Verdict, judge_resource_policy

_PER_CALL = 10
_AWS_MANAGED = "alias/aws/"


def _secrets(world: World, task: Task) -> list[Reference]:
    found = [
        one
        for one in of_task(world, task)
        if one.service == "secretsmanager" and not one.for_registry
    ]
    if not found:
        raise SkippedError("the task has no secrets")
    return found


def _describe(world: World, secret: Reference) -> Json | None:
    """Return a secret; None where it does not exist."""
    answer: Json | None = world.call(
        "secretsmanager",
        "describe_secret",
        missing=("ResourceNotFoundException",),
        region=secret.region,
        SecretId=secret.name,
    )
    return answer


def _secret(world: World, task: Task) -> Iterator[Finding]:
    for secret in _secrets(world, task):
        found = _describe(world, secret)
        if found is None:
            yield fail(f"The secret {secret.name} does not exist.")
        elif found.get("DeletedDate"):
            yield fail(f"The secret {secret.name} is scheduled for deletion.")


def _policy(world: World, task: Task) -> Iterator[Finding]:
    secrets = _secrets(world, task)
    role = world.execution_role_arn(task)
    for secret in secrets:
        answer = world.call(
            "secretsmanager",
            "get_resource_policy",
            missing=("ResourceNotFoundException", "InvalidRequestException"),
            region=secret.region,
            SecretId=secret.name,
        )
        text = (answer or {}).get("ResourcePolicy")
        if not text:
            continue
        context = {"aws:PrincipalArn": (role,), "aws:PrincipalAccount": (world.account_id,)}
        need = Need("secretsmanager:GetSecretValue", secret.name, context)
        try:
            denied = judge_resource_policy(text, need, role_arn=role) is Verdict.DENIED
        except NotJudgedError as error:
            yield unknown(f"The policy of {secret.name} cannot be judged: {error}.")
            continue
        if denied:
            yield fail(f"The policy of the secret {secret.name} denies the execution role.")


def _json_key(world: World, task: Task) -> Iterator[Finding]:
    keyed = [one for one in _secrets(world, task) if one.json_key]
    if not keyed or not world.asked.read_secrets:
        yield skip("the values of secrets are read with --read-secrets only")
        return
    for secret in keyed:
        answer = world.call(
            "secretsmanager",
            "get_secret_value",
            missing=("ResourceNotFoundException", "InvalidRequestException"),
            region=secret.region,
            SecretId=secret.name,
        )
        if answer is None:
            continue
        try:
            value = json.loads(answer.get("SecretString") or "")
        except ValueError:
            value = None
        if not isinstance(value, dict) or secret.json_key not in value:
            yield fail(f"The secret {secret.name} has no JSON key {secret.json_key}.")


def _parameter(world: World, task: Task) -> Iterator[Finding]:
    found = [one for one in of_task(world, task) if one.service == "ssm"]
    if not found:
        raise SkippedError("the task has no parameters")
    for region in sorted({one.region for one in found}):
        names = sorted(one.name for one in found if one.region == region)
        for start in range(0, len(names), _PER_CALL):
            answer = world.call(
                "ssm",
                "get_parameters",
                region=region,
                Names=names[start : start + _PER_CALL],
            )
            for name in answer["InvalidParameters"]:
                if f"parameter:{name}" in world.asked.creates:
                    continue
                yield fail(f"The parameter {name} does not exist.")


# -- keys ------------------------------------------------------------------------------------


def _keys(world: World, task: Task) -> Iterator[tuple[str, str]]:
    """Yield the customer managed keys of a task's secrets, with their regions.

    Raises:
        SkippedError: there is none.
    """
    keys = []
    for secret in _secrets(world, task):
        found = _describe(world, secret)
        key = str((found or {}).get("KmsKeyId") or "")
        if key and _AWS_MANAGED not in key:
            keys.append((key, secret.region or world.region))
    if not keys:
        raise SkippedError("the task's secrets have no key of their own")
    yield from dict.fromkeys(keys)


def _key(world: World, reference: str, region: str) -> Json | None:
    answer = world.call(
        "kms", "describe_key", missing=("NotFoundException",), region=region, KeyId=reference
    )
    return None if answer is None else answer["KeyMetadata"]


def _state(world: World, task: Task) -> Iterator[Finding]:
    for reference, region in _keys(world, task):
        found = _key(world, reference, region)
        state = "gone" if found is None else str(found["KeyState"])
        if state != "Enabled":
            yield fail(f"The key {reference} is {state}.")


def _decrypt(world: World, task: Task) -> Iterator[Finding]:
    keys = list(_keys(world, task))
    role = world.execution_role_arn(task)
    for reference, region in keys:
        found = _key(world, reference, region)
        if found is None or found["KeyState"] != "Enabled":
            yield skip(f"the key {reference} cannot be used")
            continue
        need = decrypt(world, str(found["Arn"]), "secretsmanager", region)
        document = world.call(
            "kms", "get_key_policy", region=region, KeyId=found["Arn"], PolicyName="default"
        )["Policy"]
        whole = Need(need.action, need.resource, {**need.context, "aws:PrincipalArn": (role,)})
        try:
            verdict = judge_resource_policy(document, whole, role_arn=role)
        except NotJudgedError as error:
            yield unknown(f"The policy of the key {reference} cannot be judged: {error}.")
            continue
        if verdict is Verdict.ALLOWED:
            continue
        if verdict is not Verdict.DELEGATED:
            yield fail(f"The policy of the key {reference} does not let the execution role in.")
            continue
        yield from refused(judge(world, role, [need]), role, "The execution role")


_DEFINITION = "ecs:DescribeTaskDefinition"
_DESCRIBE = "secretsmanager:DescribeSecret"
CHECKS = (
    Check(
        id="secrets-secret",
        title="The secrets exist.",
        sees="The task stops with `Secrets Manager can't find the specified secret`.",
        why="The secret is absent, scheduled for deletion, or in another region.",
        by_hand="aws secretsmanager describe-secret --secret-id SECRET",
        fix="Create or restore the secret, or correct its ARN in `secrets` of the task.",
        needs=(_DEFINITION, _DESCRIBE),
        reasons=("secret-not-found",),
        before_apply=True,
        per_task=_secret,
    ),
    Check(
        id="secrets-policy",
        title="The secrets' own policies do not deny the execution role.",
        sees="The task stops with `not authorized to perform: secretsmanager:GetSecretValue ..."
        " with an explicit deny in a resource-based policy`.",
        why="A secret may have a policy of its own.",
        by_hand="aws secretsmanager get-resource-policy --secret-id SECRET",
        fix="Except the execution role from the deny in the secret's policy.",
        needs=(_DEFINITION, "iam:GetRole", "secretsmanager:GetResourcePolicy"),
        reasons=("secret-denied",),
        before_apply=True,
        per_task=_policy,
    ),
    Check(
        id="secrets-json-key",
        title="The secrets have the JSON keys that the task names.",
        sees="The task stops with `did not contain json key`.",
        why="The key is misspelt, or the secret does not hold JSON.",
        by_hand="aws secretsmanager get-secret-value --secret-id SECRET",
        fix="Add the key to the secret, or correct it in `secrets` of the task.",
        needs=(_DEFINITION, "secretsmanager:GetSecretValue"),
        reasons=("secret-json-key",),
        before_apply=True,
        per_task=_json_key,
    ),
    Check(
        id="secrets-parameter",
        title="The parameters of `secrets` exist.",
        sees="The task stops with `invalid ssm parameters`.",
        why="The parameter is absent, misspelt or in another region.",
        by_hand="aws ssm get-parameters --names PARAMETER --query InvalidParameters",
        fix="Create the parameter, or correct its name in `secrets` of the task.",
        needs=(_DEFINITION, "ssm:GetParameters"),
        reasons=("parameters-invalid",),
        before_apply=True,
        per_task=_parameter,
    ),
    Check(
        id="keys-state",
        title="The keys of secrets are enabled.",
        sees="The task stops with `Access to KMS is not allowed` or KMSInvalidStateException.",
        why="The key is disabled, or scheduled for deletion.",
        by_hand="aws kms describe-key --key-id KEY --query KeyMetadata.KeyState",
        fix="Enable the key, or encrypt the secret with another.",
        needs=(_DEFINITION, _DESCRIBE, "kms:DescribeKey"),
        reasons=("key-denied",),
        before_apply=True,
        per_task=_state,
    ),
    Check(
        id="keys-decrypt",
        title="The execution role may decrypt the secrets.",
        sees="The task stops with `Access to KMS is not allowed`.",
        why="kms:Decrypt is not granted to the role, or the key's policy does not let it in.",
        by_hand="aws kms get-key-policy --key-id KEY --policy-name default",
        fix="Set `execution_role.kms_key_arns`, apply, and allow the role in the key's policy.",
        needs=(*NEEDS, _DEFINITION, _DESCRIBE, "kms:DescribeKey", "kms:GetKeyPolicy"),
        reasons=("key-denied",),
        before_apply=True,
        per_task=_decrypt,
    ),
)
