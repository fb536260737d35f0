"""The package as it is installed: its version, its address, and what an install lacks."""

from __future__ import annotations

from importlib.metadata import metadata, version

DISTRIBUTION = "mwaa-ecs"


def own_version() -> str:
    """Return the version of this package, which is that of the module it goes with."""
    return version(DISTRIBUTION)


def repository() -> str:
    """Return the address of the repository that this package comes from."""
    urls = dict(
        line.split(", ", 1) for line in metadata(DISTRIBUTION).get_all("Project-URL", [])
    )
    return str(urls["Repository"])


def registry_source() -> str:
    """Return the module's source address in the registry."""
    return f"{repository().split('/')[3]}/mwaa-ecs-operator/aws"


def missing(what: str, module: str, extra: str) -> str:
    """Return the message for a module that is not installed.

    Args:
        what: what needs it.
        module: the module.
        extra: the extra of this package that brings it.
    """
    return (
        f"{what} needs the Python module {module}, which is not installed. Install "
        f"{DISTRIBUTION} with its extra {extra!r}: "
        f"pip install '{DISTRIBUTION}[{extra}]=={own_version()}'"
    )
