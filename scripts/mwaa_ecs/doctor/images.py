"""Checks of the tasks' images."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mwaa_ecs.doctor import references
from mwaa_ecs.doctor.image_names import PULL, EcrImage, is_docker_hub, parse_ecr
from mwaa_ecs.doctor.registry import Check
from mwaa_ecs.doctor.results import Finding, fail, skip, unknown, warn
from mwaa_ecs.doctor.world import Json, SkippedError, Task, World, names_of
from mwaa_ecs.iam.model import Need, NotJudgedError
from mwaa_ecs.iam.resource_policy import Verdict, judge_resource_policy

# Docker Hub counts the anonymous pulls of an address; all tasks behind a NAT gateway share one.
_MANY_FROM_DOCKER_HUB = 10
_LISTS = ("manifest.list", "image.index")
_ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
_DEFAULT_STORAGE_GIB = 20
_GIB = 2**30
# Layers are compressed in the registry: about a third of their size on disk.
_UNPACKED = 3


def _ecr_images(world: World, task: Task) -> list[EcrImage]:
    found = [parse_ecr(str(one["image"])) for one in world.containers(task)]
    images = list(dict.fromkeys(one for one in found if one is not None))
    if not images:
        raise SkippedError("no image is in ECR; the doctor asks no other registry")
    for image in images:
        world.skip_created("repository", image.repository)
    return images


def _manifest(world: World, image: EcrImage) -> Json | None:
    """Return the manifest of an image; None where the image does not exist."""
    answer = world.call(
        "ecr",
        "batch_get_image",
        missing=("RepositoryNotFoundException",),
        region=image.region,
        registryId=image.account,
        repositoryName=image.repository,
        imageIds=[image.image_id],
    )
    if answer is None or not answer["images"]:
        return None
    manifest: Json = json.loads(answer["images"][0]["imageManifest"])
    return manifest


def _exists(world: World, task: Task) -> Iterator[Finding]:
    for image in _ecr_images(world, task):
        if _manifest(world, image) is None:
            tag = image.digest or image.tag
            yield fail(f"The repository {image.repository} has no image {tag}.")


def _platform(world: World, task: Task) -> Iterator[Finding]:
    platform = world.definition(task).get("runtimePlatform") or {}
    wanted = str(platform.get("cpuArchitecture") or "X86_64")
    architecture = _ARCHITECTURES.get(wanted, wanted.lower())
    for image in _ecr_images(world, task):
        manifest = _manifest(world, image)
        name = f"{image.repository}:{image.tag or image.digest}"
        if manifest is None:
            yield skip(f"the image {name} does not exist")
            continue
        if not any(one in str(manifest.get("mediaType")) for one in _LISTS):
            yield skip(f"the manifest of {name} names no platform")
            continue
        offered = {
            str((one.get("platform") or {}).get("architecture"))
            for one in manifest["manifests"]
        } - {"unknown", "None"}
        if architecture not in offered:
            yield fail(
                f"The image {name} is for {names_of(offered)}; the task runs on {architecture}."
            )


def _size(world: World, task: Task) -> Iterator[Finding]:
    storage = world.definition(task).get("ephemeralStorage") or {}
    room = int(storage.get("sizeInGiB") or _DEFAULT_STORAGE_GIB)
    total = 0
    for image in _ecr_images(world, task):
        answer = world.call(
            "ecr",
            "describe_images",
            missing=("RepositoryNotFoundException", "ImageNotFoundException"),
            region=image.region,
            registryId=image.account,
            repositoryName=image.repository,
            imageIds=[image.image_id],
        )
        if answer is not None:
            total += sum(
                int(one.get("imageSizeInBytes") or 0) for one in answer["imageDetails"]
            )
    if total > room * _GIB:
        yield fail(f"The images have {total / _GIB:.1f} GiB packed; the disk has {room} GiB.")
    elif total * _UNPACKED > room * _GIB:
        yield warn(
            f"The images have {total / _GIB:.1f} GiB packed, several times that unpacked; the "
            f"disk has {room} GiB."
        )


def _policy(world: World, task: Task) -> Iterator[Finding]:
    foreign = [one for one in _ecr_images(world, task) if one.account != world.account_id]
    if not foreign:
        raise SkippedError("all images are of this account")
    role = world.execution_role_arn(task)
    for image in foreign:
        answer = world.call(
            "ecr",
            "get_repository_policy",
            missing=("RepositoryPolicyNotFoundException", "RepositoryNotFoundException"),
            region=image.region,
            registryId=image.account,
            repositoryName=image.repository,
        )
        arn = image.repository_arn(world.partition)
        if answer is None:
            yield fail(f"The repository {arn} has no policy that lets another account pull.")
            continue
        for action in PULL:
            try:
                need = Need(action, arn, {"aws:PrincipalArn": (role,)})
                verdict = judge_resource_policy(answer["policyText"], need, role_arn=role)
            except NotJudgedError as error:
                yield unknown(f"The policy of {arn} cannot be judged: {error}.")
                break
            if verdict in (Verdict.DENIED, Verdict.SILENT):
                yield fail(f"The policy of the repository {arn} does not allow {action}.")
                break


def _docker_hub(world: World) -> Iterator[Finding]:
    anonymous = []
    for task in world.tasks():
        try:
            containers = world.containers(task)
        except SkippedError:
            continue
        if any(
            is_docker_hub(str(one["image"])) and not one.get("repositoryCredentials")
            for one in containers
        ):
            anonymous.append(task.name)
    if len(anonymous) >= _MANY_FROM_DOCKER_HUB:
        yield warn(
            f"{len(anonymous)} tasks pull from Docker Hub without credentials, and its limit "
            "is by address."
        )


def _credentials(world: World, task: Task) -> Iterator[Finding]:
    found = [
        references.parse(str(one["repositoryCredentials"]["credentialsParameter"]))
        for one in world.containers(task)
        if one.get("repositoryCredentials")
    ]
    if not found:
        raise SkippedError("no image needs credentials")
    for reference in found:
        answer = world.call(
            "secretsmanager",
            "describe_secret",
            missing=("ResourceNotFoundException",),
            region=reference.region,
            SecretId=reference.name,
        )
        if answer is None or answer.get("DeletedDate"):
            yield fail(f"The registry's credentials {reference.name} do not exist.")


_DEFINITION = "ecs:DescribeTaskDefinition"
CHECKS = (
    Check(
        id="images-exists",
        title="The images exist in ECR.",
        sees="The task stops with `CannotPullContainerError: ... not found`.",
        why="The tag was never pushed, or a lifecycle policy took it away.",
        by_hand="aws ecr describe-images --repository-name REPOSITORY --image-ids imageTag=TAG",
        fix="Push the image, or correct `image` of the task. A digest does not change.",
        needs=(_DEFINITION, "ecr:BatchGetImage"),
        reasons=("image-not-found", "image-pull"),
        before_apply=True,
        per_task=_exists,
    ),
    Check(
        id="images-platform",
        title="The images are built for the task's CPU architecture.",
        sees="The task stops with `image Manifest does not contain descriptor matching"
        " platform` or `exec format error`.",
        why="An image that is built on an ARM laptop runs on ARM only.",
        by_hand="aws ecr batch-get-image --repository-name REPOSITORY --image-ids imageTag=TAG"
        " --query images[].imageManifest",
        fix="Build with --platform linux/amd64, or set `runtime_platform.cpu_architecture ="
        ' "ARM64"`.',
        needs=(_DEFINITION, "ecr:BatchGetImage"),
        reasons=("image-platform",),
        before_apply=True,
        per_task=_platform,
    ),
    Check(
        id="images-size",
        title="The images fit on the task's disk.",
        sees="The task stops with `no space left on device`.",
        why="A task on Fargate has 20 GiB for its images and files unless more is set.",
        by_hand="aws ecr describe-images --repository-name REPOSITORY --image-ids imageTag=TAG"
        " --query imageDetails[].imageSizeInBytes",
        fix="Set `ephemeral_storage.size_in_gib` of the task.",
        needs=(_DEFINITION, "ecr:DescribeImages"),
        reasons=("disk-full",),
        before_apply=True,
        per_task=_size,
    ),
    Check(
        id="images-policy",
        title="Repositories of other accounts let this account pull.",
        sees="The task stops with `not authorized to perform: ecr:BatchGetImage`.",
        why="A repository of another account needs a policy of its own beside the role's.",
        by_hand="aws ecr get-repository-policy --registry-id ACCOUNT --repository-name"
        " REPOSITORY",
        fix="Allow this account in the repository's policy, in the account of the repository.",
        needs=(_DEFINITION, "iam:GetRole", "ecr:GetRepositoryPolicy"),
        reasons=("image-denied",),
        before_apply=True,
        per_task=_policy,
    ),
    Check(
        id="images-docker-hub",
        title="Few tasks pull from Docker Hub without credentials.",
        sees="Tasks stop with `toomanyrequests` at busy times.",
        why="Docker Hub limits anonymous pulls by address, and tasks behind a NAT gateway share"
        " its address.",
        by_hand="aws ecs describe-task-definition --task-definition FAMILY"
        " --query taskDefinition.containerDefinitions[].image",
        fix="Copy the images to ECR, use a pull-through cache, or set"
        " `repository_credentials`.",
        needs=(_DEFINITION,),
        reasons=("rate-limit",),
        before_apply=True,
        per_account=_docker_hub,
    ),
    Check(
        id="images-credentials",
        title="The registries' credentials exist.",
        sees="The task stops with `pull access denied` or cannot retrieve the credentials.",
        why="The secret of `repository_credentials` is gone.",
        by_hand="aws secretsmanager describe-secret --secret-id SECRET",
        fix="Create the secret, or correct `repository_credentials` of the task.",
        needs=(_DEFINITION, "secretsmanager:DescribeSecret"),
        reasons=("image-private",),
        before_apply=True,
        per_task=_credentials,
    ),
)
