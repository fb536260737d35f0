"""Builds and checks a release; the workflow publishes what this leaves in a folder.

Usage: python scripts/release.py [--tag TAG] [--out DIR]

Everything that has a version must agree with pyproject.toml: the tag, the operator's package,
the tool's dependency on it, the CHANGELOG, and whatever `make docs` writes. Both packages are
then built by what the release locks, and checked as PyPI checks them. It publishes nothing.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from published import read_published, stale_places

ROOT = Path(__file__).resolve().parent.parent
_OPERATOR = "modules/dags/operator"


def main() -> int:
    """Check, build and check again; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tag", help="the tag to publish; default: none, to try only")
    parser.add_argument("--out", type=Path, help="the folder for the packages; default: none")
    given = parser.parse_args()
    wrong = list(problems(ROOT, given.tag))
    for problem in wrong:
        print(f"error: {problem}", file=sys.stderr)
    if wrong:
        return 1
    with TemporaryDirectory(prefix="mwaa-ecs-release-") as work:
        out = given.out or Path(work)
        names = build(ROOT, out)
    print("Versions agree, and these can be published:")
    print("\n".join(f"  {name}" for name in names))
    return 0


def problems(root: Path, tag: str | None = None) -> Iterator[str]:
    """Yield what stands between this commit and a release under a tag.

    Args:
        root: the repository.
        tag: the tag that is to be published; None between releases.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    if tag not in (None, f"v{version}"):
        yield f"the tag is {tag!r}, but pyproject.toml has version {version!r}. Tag v{version}."
    if f"mwaa-ecs-operator=={version}" not in project["dependencies"]:
        yield f"pyproject.toml must depend on mwaa-ecs-operator=={version}. Run make docs."
    for path, _ in stale_places(root):
        yield f"{path.relative_to(root)} has another version or address. Run make docs."
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.split(r"^## +", text, flags=re.M)[1:]
    released = [section for section in sections if not section.startswith("Unreleased")]
    newest = released[0].partition("\n")[0].strip() if released else "no version"
    if newest.split()[0] != version:
        yield f"CHANGELOG.md has {newest!r} where '## {version}' is expected. Write it."
    elif not released[0].partition("\n")[2].strip():
        yield f"CHANGELOG.md has nothing below '## {version}'. Write what users notice."
    waiting = [section for section in sections if section not in released]
    if tag is not None and any(section.partition("\n")[2].strip() for section in waiting):
        yield f"CHANGELOG.md has lines below 'Unreleased'. Move them below '## {version}'."


def build(root: Path, out: Path) -> list[str]:
    """Build both packages into a folder and check them; return the names of the files.

    Args:
        root: the repository.
        out: the folder.
    """
    programs = Path(sys.executable).parent
    for package in (root, root / _OPERATOR):
        subprocess.run(
            # The versions of the lock, which are in this environment.
            [
                *(programs / "uv", "build", "--quiet", "--no-build-isolation"),
                *("--python", sys.executable, "--out-dir", out, package),
            ],
            check=True,
        )
    files = sorted(path for path in out.iterdir() if path.name.endswith((".whl", ".tar.gz")))
    subprocess.run([programs / "twine", "check", "--strict", *files], check=True)
    version = read_published(root).version
    expected = {
        f"{name}-{version}{end}"
        for name in ("mwaa_ecs", "mwaa_ecs_operator")
        for end in ("-py3-none-any.whl", ".tar.gz")
    }
    names = [path.name for path in files]
    if set(names) != expected:
        raise SystemExit(f"error: built {', '.join(names)}, not {', '.join(sorted(expected))}")
    return names


if __name__ == "__main__":
    sys.exit(main())
