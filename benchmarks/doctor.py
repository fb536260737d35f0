"""Seeds each fault into a healthy account; shows which check names it, and which wrongly.

Usage: python benchmarks/doctor.py [SEED ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from mwaa_ecs.doctor import CHECKS
from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.doctor import healthy, seeds_contract, seeds_network, seeds_rights, seeds_things
from unit.doctor.copies import in_a_copy
from unit.doctor.seeds import SEEDS, Seed, found_by

assert all((seeds_contract, seeds_network, seeds_rights, seeds_things))  # they fill SEEDS


def _found(world: healthy.World, seed: Seed) -> set[str]:
    seed.break_it(world)
    return set(found_by(world.doctor(**seed.asked)))


def main(names: list[str]) -> int:
    """Print precision, recall, and the check of each fault; return the exit code."""
    chosen = [one for one in SEEDS if not names or one.name in names]
    right = wrong = missed = 0
    rows = []
    with LocalAws(region=healthy.REGION) as aws:
        world = healthy.build(aws)
        for seed in chosen:
            found = in_a_copy(aws, lambda seed=seed: _found(world, seed))
            right += seed.check in found
            missed += seed.check not in found
            wrong += len(found - {seed.check})
            rows.append((seed.name.replace("_", " "), seed.check, ", ".join(seed.reasons)))
    print(f"checks: {len(CHECKS)}; faults: {len(chosen)}")
    print(f"precision: {right / max(right + wrong, 1):.3f} ({wrong} named by a wrong check)")
    print(f"recall: {right / max(right + missed, 1):.3f} ({missed} not named)")
    print("\n| fault | check | reasons of ECS |\n| --- | --- | --- |")
    for name, check, reasons in rows:
        print(f"| {name} | [{check}](troubleshooting.md#{check}) | {reasons} |")
    return int(bool(wrong or missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
