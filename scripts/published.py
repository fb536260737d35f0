"""Writes the version and the repository's address wherever they stand.

Both are set once, in pyproject.toml. `make docs` writes them elsewhere by the rules below, and
`make docs --check` names each file that differs. READMEs that a registry or a package index
shows link to the tag of the version: a relative link leads nowhere on such a page.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY_NAME = "terraform-aws-mwaa-ecs-operator"
MODULE_NAME = "mwaa-ecs-operator/aws"
"""The module's name in a registry, after its namespace."""

_KINDS = (".md", ".tf", ".toml", ".txt", ".yaml", ".yml")
_OPERATOR = "modules/dags/operator/mwaa_ecs_operator/__init__.py"
_OWNERS = ".github/CODEOWNERS"
# Pages that are shown elsewhere too: in a module registry and on PyPI.
_SHOWN = re.compile(r"((modules|examples)/[^/]+/|modules/dags/operator/)?README\.md")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
# History, and what others wrote: nothing is replaced there.
_LEFT_ALONE = ("CHANGELOG.md", "scripts/mwaa_ecs/sandbox/airflow/locks/", "requirements/")


@dataclass(frozen=True)
class Published:
    """Under which version and address everything is published.

    Attributes:
        version: the version of the module and of both packages.
        address: the repository's address.
    """

    version: str
    address: str

    @property
    def namespace(self) -> str:
        """The owner of the repository, and of the module in a registry."""
        return self.address.split("/")[3]

    def registry_source(self, submodule: str = "") -> str:
        """Return the source of the module in a registry.

        Args:
            submodule: the path of a module in it; "" is the root.
        """
        below = f"//{submodule}" if submodule else ""
        return f"{self.namespace}/{MODULE_NAME}{below}"

    @property
    def ref(self) -> str:
        """The tag of a released version; the branch of one that is not released."""
        return f"v{self.version}" if re.fullmatch(r"\d+\.\d+\.\d+", self.version) else "main"


def read_published(root: Path) -> Published:
    """Return what pyproject.toml sets."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return Published(project["version"], project["urls"]["Repository"])


def stale_places(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file that has another version or address, with its new text."""
    published = read_published(root)
    for path in _files(root):
        text = path.read_text(encoding="utf-8")
        new = rewritten(text, published, path.suffix)
        if _SHOWN.fullmatch(path.relative_to(root).as_posix()):
            new = with_absolute_links(new, path.parent, root, published)
        if new != text:
            yield path, new


def with_absolute_links(text: str, folder: Path, root: Path, published: Published) -> str:
    """Return a page whose links lead to the tag of its version.

    Args:
        text: the page in Markdown.
        folder: the folder that its links start from.
        root: the folder of the repository.
        published: version and address.
    """

    def absolute(link: re.Match[str]) -> str:
        path, mark, anchor = link[1].partition("#")
        if not path or ":" in path:
            return link[0]
        target = (folder / path).resolve()
        # A page of another site shows the image itself, not GitHub's page of it.
        kind = "raw" if target.suffix == ".png" else "tree" if target.is_dir() else "blob"
        place = f"{kind}/{published.ref}/{target.relative_to(root.resolve()).as_posix()}"
        return f"]({published.address}/{place}{mark}{anchor})"

    return _outside_code(text, lambda part: _LINK.sub(absolute, part))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for fence in _FENCE.finditer(text):
        parts += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(text[end:])])


def _files(root: Path) -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in sorted(filter(None, listed.split("\0"))):
        path = root / name
        known = name.endswith(_KINDS) or name in (_OPERATOR, _OWNERS)
        if known and path.is_file() and not name.startswith(_LEFT_ALONE):
            yield path


def rewritten(text: str, published: Published, kind: str) -> str:
    """Return a file's text with the version and the address that are published.

    Args:
        text: the file's text.
        published: version and address.
        kind: the ending of its name.
    """
    version, address = published.version, published.address
    repository = rf"https://github\.com/[^/\s]+/{REPOSITORY_NAME}"
    rules = [
        (repository, address),
        (rf"({repository})/(blob|raw|tree)/[^/\s]+/", rf"\g<1>/\g<2>/{published.ref}/"),
        (
            rf"({repository}\.git(?://[\w/-]+)?)(?:\?ref=v?[\w.-]+)?(?=\")",
            rf"\g<1>?ref={published.ref}",
        ),
        (rf"\"[\w.-]+/{MODULE_NAME}", f'"{published.namespace}/{MODULE_NAME}'),
        (r"@[\w.-]+/maintainers\b", f"@{published.namespace}/maintainers"),
        (
            rf"({MODULE_NAME}(?://[\w/-]+)?\"\n\s*version\s*= )\"[^\"]*\"",
            rf'\g<1>"{version}"',
        ),
        (r"(mwaa-ecs(?:-operator)?(?:\[[\w,]+\])?==)[\w.]+", rf"\g<1>{version}"),
    ]
    if kind == ".py":
        rules = [(r'^(__version__ = )"[^"]*"', rf'\g<1>"{version}"')]
    for pattern, new in rules:
        text = re.sub(pattern, new, text, flags=re.M)
    return text
