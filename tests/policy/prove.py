# ruff: noqa: T201 - a program: it prints, and finds its modules first
"""Prints what the proof found, and writes docs/least-privilege.md: `make prove-policy`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

# As pytest does it; nothing of the caller's AWS settings may play a part.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mwaa_ecs.terraform import provider_environment
from policy.page import PAGE, write_page
from policy.proof import prove
from policy.recording import record
from policy.summary import Summary


def main() -> int:
    """Run it; 1 if anything is not as it should be."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "TF_VAR_"))]:
        del os.environ[name]
    with provider_environment() as found, TemporaryDirectory(prefix="mwaa-ecs-proof-") as work:
        os.environ.update({name: value for name, value in found.items() if value is not None})
        print("Applying, and running every mode in real Airflow", flush=True)
        setups = record(Path(work))
    print("Judging by the full evaluator", flush=True)
    proofs = prove(setups)
    summary = Summary.of(proofs)
    print("\n" + "\n".join(summary.lines()))
    for problem in summary.problems:
        print(f"error: {problem}", file=sys.stderr)
    if summary.problems:
        return 1
    write_page(proofs)
    print(f"\nwrote {PAGE.relative_to(PAGE.parents[1])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
