"""A running AWS provider that Terraform attaches to, instead of starting one for every step.

Terraform starts the provider again for each walk over a configuration, several times a `run` of
a native test: 12 s of processor time for the six runs of modules/security-group. Attached to a
provider that runs already, as its developers debug it, the same six take 4 s.

Such a provider has one configuration at a time: it serves one Terraform, and no second
`provider` block. Its credentials and endpoint come from its own environment rather than from
Terraform's, so each local AWS has one of its own. What starts Terraform in a process of its
own is attached by attaching_terraform.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mwaa_ecs.terraform import Terraform
from slim_provider import slim

VARIABLE = "TF_REATTACH_PROVIDERS"

# The shell ends the provider when the tests end, however they do: its input closes then.
_UNTIL_INPUT_CLOSES = '"$0" -debug <&- & read -r _; kill $!; wait $!'
_SECONDS_TO_START = 120
# It logs each request otherwise.
_SILENT = dict.fromkeys(("TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_HELPER_SCHEMA"), "off")


def provider_program(versions: Path, work: Path) -> Path:
    """Return the AWS provider's program.

    Args:
        versions: the `versions.tf` that says which version is accepted.
        work: an empty folder.
    """
    shutil.copy(versions, work)
    Terraform(work).init()
    (program,) = work.glob(".terraform/providers/*/*/aws/*/*/terraform-provider-aws_*")
    return program


@contextmanager
def running_provider(
    program: Path,
    work: Path,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[str]:
    """Start the AWS provider; yield the value of TF_REATTACH_PROVIDERS.

    Args:
        program: see `provider_program`.
        work: an empty folder.
        environ: where it finds its AWS, in addition to this process's environment.
        folder: where it looks for the files that it uploads. Default: this process's folder.
    """
    log = work / "provider.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            ["sh", "-c", _UNTIL_INPUT_CLOSES, str(program)],
            # Its socket is none of what a command under test leaves behind.
            env={**os.environ, **(environ or {}), **_SILENT, "TMPDIR": str(work)},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            with slim(_attachment(log), work) as attached:
                yield attached
        finally:
            process.communicate()


def _attachment(log: Path) -> str:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not (found := re.search(rf"{VARIABLE}='(.*)'", log.read_text())):
        assert time.monotonic() < deadline, f"it did not start: {log.read_text()}"
        time.sleep(0.1)
    return found[1]
