"""Builds the documentation as a site, from the Markdown of this repository: `make site`.

Usage: python scripts/build_site.py [--check] [--out DIR]

The pages keep their places, so their relative links stay true. A link to a file that is not a
page leads to the repository's address, and one to a page's address there leads to the page.
docs/README.md lists the pages by reader; its lists are the site's navigation.
Any warning of the generator fails the build: dead links and anchors, for example.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from published import Published, read_published

ROOT = Path(__file__).resolve().parent.parent
_PAGES = (
    "*.md",
    "docs/*.md",
    "modules/*/README.md",
    "modules/dags/operator/README.md",
    "examples/*/README.md",
    "benchmarks/README.md",
)
_INDEX = "docs/README.md"
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_LISTED = re.compile(r"^(?:\d+\.| +) *\[[^\]]*\]\(([^)#\s]+\.md)\)", re.M)
_FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
_SETTINGS = "docs/site.toml"
_STYLE = "docs/site.css"


class SiteError(Exception):
    """A page cannot be part of the site."""


def main() -> int:
    """Build it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="default: site")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, fail where it fails"
    )
    given = parser.parse_args()
    try:
        build(ROOT, None if given.check else given.out)
    except SiteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def build(root: Path, out: Path | None) -> None:
    """Build the site of a repository.

    Args:
        root: the repository.
        out: the folder for it, which is replaced; None to try only.

    Raises:
        SiteError: a page cannot be part of it, or the generator warns.
    """
    with TemporaryDirectory(prefix="mwaa-ecs-site-") as name:
        work = Path(name)
        stage(work / "pages", root)
        nav = (
            f"{{ {json.dumps(title)} = {json.dumps(here)} }}"
            for title, here in navigation(root)
        )
        settings = (root / _SETTINGS).read_text(encoding="utf-8")
        (work / "zensical.toml").write_text(
            settings.replace("[project]\n", f"[project]\nnav = [{', '.join(nav)}]\n", 1),
            encoding="utf-8",
        )
        done = subprocess.run(
            [Path(sys.executable).parent / "zensical", "build", "--strict"],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            # A traceback follows the warnings.
            warnings = (done.stdout + done.stderr).partition("Traceback")[0]
            raise SiteError(f"the site cannot be built:\n{warnings}")
        if out is not None:
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(work / "site", out)
            print(f"wrote {out}")


def pages(root: Path) -> list[Path]:
    """Return every page of the site."""
    return sorted({page for pattern in _PAGES for page in root.glob(pattern)})


def stage(target: Path, root: Path) -> None:
    """Write the pages to an empty folder, with links as a site has them.

    Args:
        target: the folder.
        root: the repository.

    Raises:
        SiteError: a link leads to a file that does not exist.
    """
    found = frozenset(pages(root))
    published = read_published(root)
    for page in found:
        place = target / page.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(with_site_links(page, root, found, published), encoding="utf-8")
    shutil.copy(root / _STYLE, target)


def with_site_links(
    page: Path, root: Path, found: frozenset[Path], published: Published
) -> str:
    """Return a page's text with links to other pages, and absolute ones to all other files."""
    address = rf"{re.escape(published.address)}/(blob|raw|tree)/{re.escape(published.ref)}/(.*)"

    def replaced(link: re.Match[str]) -> str:
        path, mark, anchor = link[2].partition("#")
        own = re.fullmatch(address, path)
        if not path or (":" in path and not own):
            return link[0]
        target = (root / own[2] if own else page.parent / path).resolve()
        if not target.exists():
            raise SiteError(f"{page.relative_to(root)}: {link[2]} does not exist")
        if own and own[1] == "raw":
            return link[0]
        as_page = target / "README.md" if target.is_dir() else target
        if as_page in found:
            to = Path(os.path.relpath(as_page, page.parent)).as_posix()
        else:
            kind = "tree" if target.is_dir() else "blob"
            to = f"{published.address}/{kind}/{published.ref}/{target.relative_to(root)}"
        return f"{link[1]}{to}{mark}{anchor}{link[3]}"

    parts, end = [], 0
    text = page.read_text(encoding="utf-8")
    for fence in [*_FENCE.finditer(text), re.search(r"\Z", text)]:
        assert fence is not None
        parts += [_LINK.sub(replaced, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return with_site_lists("".join(parts))


def with_site_lists(text: str) -> str:
    """Return a page with lists as Python-Markdown reads them.

    GitHub takes a list right below a paragraph, and two columns a level. Python-Markdown needs
    a blank line above, and four columns.
    """
    lines: list[str] = []
    in_list = False
    in_code, extra = False, 0
    for line in text.split("\n"):
        words = line.lstrip(" ")
        columns = len(line) - len(words)
        if not in_code:
            is_item = re.match(r"(?:-|\d+\.) ", words) is not None
            if is_item and not in_list and lines and lines[-1].strip():
                lines.append("")
            in_list = is_item or (in_list and (not words or columns > 0))
            extra = columns if in_list else 0
        lines.append(" " * extra + line if words else line)
        if words.startswith("```"):
            in_code = not in_code
    return "\n".join(lines)


def navigation(root: Path) -> list[tuple[str, list[str]]]:
    """Return the site's sections and their pages, the first place of each page counting.

    Raises:
        SiteError: a page of docs/ is in none of the lists of docs/README.md.
    """
    index = root / _INDEX
    left = [page for page in pages(root) if page not in (root / "README.md", index)]
    sections: list[tuple[str, list[Path]]] = [("Start", [root / "README.md", index])]
    for part in re.split(r"^## ", index.read_text(encoding="utf-8"), flags=re.M)[1:]:
        links = [(index.parent / link[1]).resolve() for link in _LISTED.finditer(part)]
        if here := [page for page in dict.fromkeys(links) if page in left]:
            sections.append((part.partition("\n")[0], here))
        left = [page for page in left if page not in here]
    for folder, title in (("modules", "Modules"), ("examples", "Examples")):
        here = [page for page in left if page.is_relative_to(root / folder)]
        sections.append((title, here))
        left = [page for page in left if page not in here]
    if lost := [page.name for page in left if page.parent == index.parent]:
        raise SiteError(f"{_INDEX}: {', '.join(lost)} is in none of its lists")
    sections.append(("Project", left))
    return [
        (title, [page.relative_to(root).as_posix() for page in here])
        for title, here in sections
    ]


if __name__ == "__main__":
    sys.exit(main())
