"""Image references: the form in which the contract's index holds them.

The same rules stand in `modules/ssm-parameters/image_index.tf`; a test compares both.
"""

from __future__ import annotations

import hashlib

_DOCKER_HUB = "docker.io"
_ANY_TAG = "*"


def normalise(reference: str) -> str:
    """Return the one form of an image reference that all its spellings share.

    `x`, `x:latest`, `library/x` and `docker.io/library/x:latest` are the same image. With a
    digest the tag says nothing and is dropped.

    Args:
        reference: an image as `docker pull` takes it, or an alias `repository:*`.

    Returns:
        `<registry>/<repository>:<tag>` or `<registry>/<repository>@<digest>`.
    """
    name, at, digest = reference.strip().partition("@")
    first, slash, rest = name.partition("/")
    has_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, rest) if has_registry else (_DOCKER_HUB, name)
    registry = (
        _DOCKER_HUB if registry in ("index.docker.io", "registry-1.docker.io") else registry
    )
    repository, colon, tag = path.partition(":")
    if registry == _DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    if at:
        return f"{registry}/{repository}@{digest}"
    return f"{registry}/{repository}:{tag if colon and tag else 'latest'}"


def any_tag(reference: str) -> str:
    """Return the alias that stands for every tag of an image's repository."""
    name = normalise(reference).partition("@")[0]
    last = name.rpartition("/")[2]
    repository = name[: len(name) - len(last)] + last.partition(":")[0]
    return f"{repository}:{_ANY_TAG}"


def part_of(normalised: str) -> str:
    """Return the part of a large index, "0" to "7", that holds a normalised reference."""
    digest = hashlib.sha1(normalised.encode(), usedforsecurity=False).hexdigest()
    return str(int(digest[0], 16) // 2)
