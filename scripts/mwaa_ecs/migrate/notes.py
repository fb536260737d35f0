"""Notes on a DAG file: values that parsing reads, and packages that MWAA lacks."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from mwaa_ecs.migrate import docker_names
from mwaa_ecs.migrate.finding.places import runs_at_parse
from mwaa_ecs.migrate.folding.builtin_calls import is_external
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.folding.values import External, Unknown
from mwaa_ecs.migrate.reading.project import Module

_SECRET = re.compile(
    r"(?i)(pass(word|wd|phrase)|secret|token|api_?key|access_?key|private_?key|credential)"
)
_NOT_SECRET = re.compile(r"(?i)(_id|_name|_path|_arn|_file|_url|_ttl|_type|_length)$")
_NETWORK = (
    "requests.",
    "httpx.",
    "urllib.request.",
    "urllib3.",
    "boto3.",
    "botocore.",
    "psycopg2.connect",
    "pymysql.connect",
    "sqlalchemy.create_engine",
    "google.cloud.",
    "paramiko.",
    "socket.",
    "docker.from_env",
    "docker.DockerClient",
    "docker.APIClient",
)
# Packages whose import has another name than their distribution.
_DISTRIBUTIONS = {
    "yaml": "pyyaml",
    "dateutil": "python-dateutil",
    "attr": "attrs",
    "jwt": "pyjwt",
    "markdown": "markdown",
    "pkg_resources": "setuptools",
    "google": "googleapis-common-protos",
    "OpenSSL": "pyopenssl",
    "airflow": "apache-airflow",
    "mwaa_ecs_operator": "apache-airflow",
    "flask_appbuilder": "flask-appbuilder",
    "bs4": "beautifulsoup4",
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "dotenv": "python-dotenv",
    "psycopg2": "psycopg2-binary",
}


@dataclass(frozen=True, order=True)
class Note:
    """Something to know about a file; never a value.

    Attributes:
        file, line: where.
        code: variable-at-parse, environment-at-parse, network-at-parse, package, secret,
            docker, or a rule of ruff's (AIR301, ...).
        text: what is so.
    """

    file: str
    line: int
    code: str
    text: str


def notes_of(module: Module, folder: Folder, shipped: frozenset[str] | None) -> Iterator[Note]:
    """Yield the notes of a file.

    Args:
        module: the file.
        folder: folds its expressions.
        shipped: the packages that MWAA installs; None where that is not known.
    """
    yield from _read_at_parse(module, folder)
    yield from _secrets(module)
    if shipped is not None:
        yield from _packages(module, folder, shipped)


def _read_at_parse(module: Module, folder: Folder) -> Iterator[Note]:
    for node in module.scopes.calls:
        if not runs_at_parse(module, folder, module.scopes.places[id(node)].scope):
            continue
        for _, value in folder.fold(module, node.func):
            if not isinstance(value, External):
                continue
            name = value.name
            if name.startswith(_NETWORK):
                yield Note(
                    module.file,
                    node.lineno,
                    "network-at-parse",
                    f"{name} runs whenever Airflow parses the file; call it in a task",
                )
                break
            read = [each for _, each in folder.fold(module, node) if isinstance(each, Unknown)]
            if name.endswith(("Variable.get", "get_connection")) and read:
                kind = "Variable" if read[0].kind == "variable" else "connection"
                yield Note(
                    module.file,
                    node.lineno,
                    "variable-at-parse",
                    f"The {kind} {read[0].name!r} is read whenever Airflow parses the file; use"
                    " a template in the argument",
                )
                break
            if name in ("os.environ.get", "os.getenv") and read:
                yield _environment(module, node.lineno, read[0].name)
                break
    for item in module.scopes.noted:
        if isinstance(item, ast.Subscript) and isinstance(item.ctx, ast.Load):
            base = item.value
            if not isinstance(base, ast.Name | ast.Attribute):
                continue
            place = module.scopes.places[id(item)]
            if not runs_at_parse(module, folder, place.scope):
                continue
            if any(
                is_external(each, frozenset({"os.environ"}))
                for _, each in folder.fold(module, base)
            ):
                for _, value in folder.fold(module, item):
                    yield _environment(module, item.lineno, value.name)


def _environment(module: Module, line: int, name: str) -> Note:
    return Note(
        module.file,
        line,
        "environment-at-parse",
        f"The environment variable {name!r} is read at parse; on MWAA set it in the startup"
        " script, or use a template",
    )


def _secrets(module: Module) -> Iterator[Note]:
    for node in module.scopes.noted:
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [
                (target.id, node.value)
                for target in node.targets
                if isinstance(target, ast.Name)
            ]
        elif isinstance(node, ast.Dict):
            pairs = [
                (str(key.value), value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        elif isinstance(node, ast.keyword) and node.arg:
            pairs = [(node.arg, node.value)]
        for name, value in pairs:
            if is_secret_name(name) and _is_text(value):
                yield Note(
                    module.file,
                    value.lineno,
                    "secret",
                    f"A literal stands under the name {name!r}; put it into Secrets Manager,"
                    " and name it in secrets of the task",
                )


def _is_text(value: ast.expr) -> bool:
    text = value.value if isinstance(value, ast.Constant) else ""
    return isinstance(text, str) and bool(text) and "{{" not in text


def is_secret_name(name: str) -> bool:
    """Tell whether what stands under a name is probably secret."""
    return bool(_SECRET.search(name)) and not _NOT_SECRET.search(name)


def _packages(module: Module, folder: Folder, shipped: frozenset[str]) -> Iterator[Note]:
    seen = set()
    for node in module.scopes.imports:
        if isinstance(node, ast.ImportFrom):
            names = [] if node.level else [node.module or ""]
        else:
            names = [alias.name for alias in node.names]
        for name in names:
            package = _lacking(module, folder, name, shipped)
            if package and package not in seen:
                seen.add(package)
                yield Note(
                    module.file,
                    node.lineno,
                    "package",
                    f"MWAA does not install {package}; add it to requirements.txt",
                )


def _lacking(module: Module, folder: Folder, name: str, shipped: frozenset[str]) -> str | None:
    root = name.partition(".")[0]
    if not root or root in sys.stdlib_module_names or root == "__future__":
        return None
    if folder.project.find(name, module.file) or folder.project.find(root, module.file):
        return None
    if any(
        name == each or name.startswith(f"{each}.") for each in docker_names.DOCKER_PACKAGES
    ):
        return None  # the migration's own subject
    if name.startswith("airflow.providers."):
        parts = name.split(".")[2:]
        for length in (2, 1):
            if (
                "-".join(["apache-airflow-providers", *parts[:length]]).replace("_", "-")
                in shipped
            ):
                return None
        return f"apache-airflow-providers-{parts[0]}"
    package = _DISTRIBUTIONS.get(root, root.lower().replace("_", "-"))
    return None if package in shipped else root
