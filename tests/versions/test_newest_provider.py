"""What the HCL sets and reads exists in the newest AWS provider that is accepted.

The HCL is what every plan of an example is made of, and has the branches that no plan takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from mwaa_ecs.hcl import Block, read_blocks
from versions.newest_provider import Arguments, NewestProvider
from versions.wheels import REPOSITORY, fetch, pinned

pytestmark = pytest.mark.versions

# Terraform's own, in any resource or data source.
META = {"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"}
REFERENCE = re.compile(r"(?<![\w.])((?:data\.)?aws_\w+)\.\w+(?:\[[^]]*\])?\.(\w+)")


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> NewestProvider:
    ((version, requirement),) = pinned("provider.txt").items()
    provider = NewestProvider(fetch(requirement, tmp_path_factory.mktemp("provider")))
    assert provider.version == version
    return provider


def sources() -> list[Path]:
    """The HCL that users run: the root, modules and examples."""
    listed = [*REPOSITORY.glob("*.tf")]
    for folder in ("modules", "examples"):
        listed += REPOSITORY.glob(f"{folder}/*/*.tf")
    return sorted(listed)


@cache
def body(file: Path) -> Block:
    return read_blocks(file.read_text(), str(file.relative_to(REPOSITORY)))


def aws_blocks(file: Path) -> Iterator[tuple[str, Block]]:
    """Yield the resources and data sources of a file by address: `data.aws_vpc`."""
    for block in body(file).blocks:
        if block.kind in ("resource", "data") and block.labels[0].startswith("aws_"):
            yield f"{'data.' * (block.kind == 'data')}{block.labels[0]}", block


def faults(block: Block, accepted: Arguments, path: str) -> Iterator[str]:
    """Yield what of a block the provider does not accept, and what it requires beside it."""
    inside = [(one.kind, one) for one in block.blocks if one.kind != "dynamic"]
    for dynamic in block.named("dynamic"):
        inside += [(dynamic.labels[0], content) for content in dynamic.named("content")]
    for name, child in inside:
        if name in META:
            continue
        arguments = accepted.names.get(name)
        if arguments is None:
            yield f"{path}: there is no block {name!r}"
        else:
            yield from faults(child, arguments, f"{path}.{name}")
    unknown = block.attributes.keys() - accepted.names.keys() - META
    yield from (f"{path}: there is no argument {name!r}" for name in sorted(unknown))
    missing = accepted.required - block.attributes.keys() - {name for name, _ in inside}
    yield from (f"{path}: {name!r} is required" for name in sorted(missing))


def refused(file: Path, provider: NewestProvider) -> list[str]:
    found = []
    for address, block in aws_blocks(file):
        place = f"{block.source.name}:{block.line} {address}"
        kind = provider.kind(address)
        if kind is None:
            found.append(f"{place}: there is no such type")
        else:
            found += faults(block, kind.arguments, place)
    for address, name in REFERENCE.findall(file.read_text()):
        kind = provider.kind(address)
        if kind and not kind.can_read(name):
            found.append(f"{body(file).source.name} {address}: there is no attribute {name!r}")
    return found


def test_the_newest_provider_accepts_every_resource_and_every_attribute_in_use(
    newest: NewestProvider,
) -> None:
    files = sources()
    kinds = {address for file in files for address, _ in aws_blocks(file)}
    assert len(kinds) > 50
    assert [line for file in files for line in refused(file, newest)] == []


GONE = """
resource "aws_no_such_thing" "this" {}
resource "aws_eip" "this" {
  vpc = true
}
resource "aws_ecs_task_definition" "this" {
  family = "a"
  dynamic "volume" {
    for_each = [1]
    content {
      efs_volume_configuration { root = "/" }
    }
  }
  inference_accelerator { device_name = "a" }
}
output "bucket" { value = aws_s3_bucket.this[0].acl_of_old }
"""


def test_what_the_newest_provider_lacks_or_requires_is_found(
    newest: NewestProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(f"{__name__}.REPOSITORY", tmp_path)
    file = tmp_path / "main.tf"
    file.write_text(GONE)
    volume = "main.tf:6 aws_ecs_task_definition.volume"
    assert sorted(refused(file, newest)) == [
        "main.tf aws_s3_bucket: there is no attribute 'acl_of_old'",
        "main.tf:2 aws_no_such_thing: there is no such type",
        "main.tf:3 aws_eip: there is no argument 'vpc'",
        f"{volume}.efs_volume_configuration: 'file_system_id' is required",
        f"{volume}.efs_volume_configuration: there is no argument 'root'",
        f"{volume}: 'name' is required",
        "main.tf:6 aws_ecs_task_definition: 'container_definitions' is required",
        "main.tf:6 aws_ecs_task_definition: there is no block 'inference_accelerator'",
    ]
