"""Keeps folders and the environment's bucket alike: the bucket's DAGs here, a user's there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa_environment import MwaaEnvironment

_IGNORED = frozenset({"__pycache__"})
_IGNORE_FILE = ".airflowignore"


def download_dags(aws: LocalAws, mwaa: MwaaEnvironment, target: Path) -> None:
    """Download the DAGs from the bucket into a new folder `target`.

    Raises:
        UserError: a key of the bucket leaves the folder.
    """
    BucketDags(aws.client("s3"), mwaa, target).sync()


class BucketDags:
    """The environment's DAGs in a folder, as MWAA has them on each of its machines.

    Args:
        s3: a boto3 client of S3.
        mwaa: the environment.
        folder: the folder; it is created.
    """

    def __init__(self, s3: Any, mwaa: MwaaEnvironment, folder: Path) -> None:
        self._s3 = s3
        self._bucket = mwaa.bucket
        self._prefix = f"{mwaa.dag_folder}/"
        self._folder = folder
        self._have: dict[str, str] = {}
        self._shown = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def sync(self) -> list[str]:
        """Take over what changed; return the paths of changed and removed files."""
        found = self._listed()
        gone = [name for name in self._have if name not in found]
        new = [name for name, tag in found.items() if self._have.get(name) != tag]
        for name in new:
            self._download(name)
        for name in gone:
            self._path(name).unlink(missing_ok=True)
        self._have = found
        if new or gone:
            self._show_change()
        return sorted([*new, *gone])

    def _listed(self) -> dict[str, str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        return {
            name: item["ETag"]
            for page in pages
            for item in page.get("Contents", [])
            if (name := item["Key"].removeprefix(self._prefix)) and not name.endswith("/")
        }

    def _path(self, name: str) -> Path:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise UserError(f"the bucket has the key {name!r}, which leaves the DAGs' folder")
        return path

    def _download(self, name: str) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        self._s3.download_file(self._bucket, self._prefix + name, str(part))
        # Airflow never reads half a file.
        part.replace(path)

    def _show_change(self) -> None:
        # Airflow reads a file again whose time is new, but not one that imports it. And if a
        # changed file keeps size and second, Python runs the old one, which it has compiled.
        self._shown = max(time.time(), self._shown + 1)
        for path in self._folder.rglob("*.py"):
            os.utime(path, (self._shown, self._shown))


class BucketChanges:
    """Notes whether a bucket may have changed since the last look at it.

    A list of the bucket costs 15 ms, and twice a second it was half of what an idle sandbox
    spent beside Airflow.

    Args:
        aws: the local AWS, whose recorded calls are looked at.
    """

    def __init__(self, aws: LocalAws) -> None:
        self._aws = aws
        self._mark = 0
        self._has_changed = True

    def expect_one(self) -> None:
        """Note a change by a call that is not recorded."""
        self._has_changed = True

    @contextmanager
    def pending(self) -> Iterator[bool]:
        """Yield whether there may be a change; it stays pending if the block fails."""
        # A call is recorded after its effect, so the mark comes before the look.
        mark = self._aws.mark()
        calls = self._aws.calls_since(self._mark)
        self._has_changed |= any(call.service == "s3" for call in calls)
        self._mark = mark
        yield self._has_changed
        self._has_changed = False


class WatchedFolder:
    """A user's folder, whose files go to the bucket when they are saved.

    Args:
        s3: a boto3 client of S3.
        mwaa: the environment.
        folder: the user's folder.
        tell: receives a line for each upload.
    """

    def __init__(
        self, s3: Any, mwaa: MwaaEnvironment, folder: Path, tell: Callable[[str], None]
    ) -> None:
        self._s3 = s3
        self._bucket = mwaa.bucket
        self._prefix = f"{mwaa.dag_folder}/"
        self._folder = folder
        self._tell = tell
        self._have: Mapping[str, tuple[int, int]] = {}
        # modules/dags lists the operator's package there, which has no DAGs.
        self._ignored = self._ignored_in_bucket()

    def upload(self) -> list[str]:
        """Upload what changed, and remove what is gone; return the paths."""
        found = files_of(self._folder)
        new = [name for name, stamp in found.items() if self._have.get(name) != stamp]
        gone = [name for name in self._have if name not in found]
        for name in new:
            try:
                data = (self._folder / name).read_bytes()
                if name == _IGNORE_FILE and self._ignored:
                    data = self._ignored.rstrip(b"\n") + b"\n" + data
            except FileNotFoundError:  # an editor replaced it just now
                found = {one: stamp for one, stamp in found.items() if one != name}
                continue
            self._s3.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=data)
        for name in gone:
            key = self._prefix + name
            if name == _IGNORE_FILE and self._ignored:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=self._ignored)
            else:
                self._s3.delete_object(Bucket=self._bucket, Key=key)
        self._have = found
        if new:
            self._tell(f"uploaded {', '.join(sorted(new))}")
        if gone:
            self._tell(f"removed {', '.join(sorted(gone))}")
        return sorted([*new, *gone])

    def _ignored_in_bucket(self) -> bytes:
        key = self._prefix + _IGNORE_FILE
        try:
            return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except self._s3.exceptions.NoSuchKey:
            return b""


def files_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the time and size of each file below a folder; hidden files are left out."""
    found: dict[str, tuple[int, int]] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one not in _IGNORED and one[0] != "."]
        for name in names:
            path = Path(place) / name
            # The only hidden file that Airflow reads.
            if name[0] == "." and name != _IGNORE_FILE:
                continue
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue
            found[path.relative_to(folder).as_posix()] = (stat.st_mtime_ns, stat.st_size)
    return found
