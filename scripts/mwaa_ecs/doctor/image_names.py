"""Image references, as far as AWS's registry is concerned."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mwaa_ecs_operator.images import normalise

# ECR documents these actions for a pull.
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""Actions that a pull from ECR needs on the repository."""

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?"
)
_DOCKER_HUB = "docker.io/"


@dataclass(frozen=True)
class EcrImage:
    """An image in a private repository of ECR.

    Attributes:
        account: the registry's account.
        region: the registry's region.
        repository: the repository's name.
        tag: the tag; empty where a digest names the image.
        digest: the digest; empty where the tag names the image.
    """

    account: str
    region: str
    repository: str
    tag: str = ""
    digest: str = ""

    def repository_arn(self, partition: str) -> str:
        """Return the ARN of the repository."""
        return f"arn:{partition}:ecr:{self.region}:{self.account}:repository/{self.repository}"

    @property
    def image_id(self) -> dict[str, str]:
        """The image as ECR's calls take it."""
        return {"imageDigest": self.digest} if self.digest else {"imageTag": self.tag}


def parse_ecr(reference: str) -> EcrImage | None:
    """Return the image in ECR that a reference names; None for another registry."""
    found = _ECR.fullmatch(reference.strip())
    if found is None:
        return None
    digest = found["digest"] or ""
    tag = "" if digest else found["tag"] or "latest"
    return EcrImage(found["account"], found["region"], found["repository"], tag, digest)


def is_docker_hub(reference: str) -> bool:
    """Return whether an image comes from Docker Hub."""
    return normalise(reference).startswith(_DOCKER_HUB)
