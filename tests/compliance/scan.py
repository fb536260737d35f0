# ruff: noqa: T201 - a program: it prints, and finds its modules first
"""Scans each example's plan with checkov, and writes docs/compliance.md: `make compliance`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# As pytest does it; nothing of the caller's AWS settings may play a part.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from compliance.findings import answers, findings, problems, scan
from compliance.page import page
from compliance.plans import EXAMPLES, plans
from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.engines import select_engine
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import provider_environment
from running_provider import VARIABLE, provider_program, running_provider

ROOT = EXAMPLES.parent
PAGE = ROOT / "docs" / "compliance.md"


def main() -> int:
    """Run it; 1 if a finding has no answer, an answer no finding, or the page is stale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkov", default="checkov", help="checkov's program")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="mwaa-ecs-compliance-") as name:
        work = Path(name)
        planned = every_plan(work)
        (work / "scanned").mkdir()
        report = scan(given.checkov, planned, work / "scanned")
    found = list(findings(report, planned, ROOT))
    answered = answers(ROOT, module_folders())
    wrong = list(problems(found, answered))
    for problem in wrong:
        print(f"error: {problem}", file=sys.stderr)
    if wrong:
        return 1
    text = page(report, found, answered, sorted(planned))
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        print(f"{len(found)} findings, all answered")
        return 0
    if given.check:
        print("docs/compliance.md: stale, run make compliance", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print("docs/compliance.md: written")
    return 0


def module_folders() -> list[Path]:
    """Return every folder of HCL that is meant for users."""
    return [ROOT, *sorted((ROOT / "modules").glob("*/")), *sorted(EXAMPLES.glob("*/"))]


def every_plan(work: Path) -> dict[str, Mapping[str, Any]]:
    """Return each example's plan against a local AWS; see running_provider.py for how.

    Args:
        work: an empty folder.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "TF_VAR_"))]:
        del os.environ[name]
    for name in ("provider", "attached", "plans"):
        (work / name).mkdir()
    with provider_environment() as found, LocalAws(engine=select_engine("stand-in")) as aws:
        os.environ.update({name: value for name, value in found.items() if value is not None})
        os.environ.update(aws.environment())
        program = provider_program(ROOT / "versions.tf", work / "provider")
        with running_provider(program, work / "attached") as attached:
            os.environ[VARIABLE] = attached
            return dict(plans(aws, create_account(aws), work / "plans"))


if __name__ == "__main__":
    sys.exit(main())
