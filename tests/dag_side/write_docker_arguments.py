"""Writes docker_operator_arguments.txt from the docker provider's wheels of many versions.

Usage: python tests/dag_side/write_docker_arguments.py FOLDER

The folder has the wheels: pip download --no-deps apache-airflow-providers-docker==VERSION.

Each line is an argument of DockerOperator, its default, and the versions that have it so.
"""

from __future__ import annotations

import ast
import sys
import zipfile
from pathlib import Path

MODULE = "airflow/providers/docker/operators/docker.py"
# A constant of the docker package, which is not in the wheels.
IMPORTED = {"DEFAULT_TIMEOUT_SECONDS": "60"}
TABLE = Path(__file__).with_name("docker_operator_arguments.txt")


def number(wheel: Path) -> tuple[int, ...]:
    """Return the version in a wheel's name."""
    return tuple(int(part) for part in wheel.name.split("-")[1].split("."))


def arguments(wheel: Path) -> dict[str, str]:
    """Return the arguments of DockerOperator in a wheel, with their defaults."""
    with zipfile.ZipFile(wheel) as archive:
        module = ast.parse(archive.read(MODULE))
    (operator,) = [
        node
        for node in module.body
        if isinstance(node, ast.ClassDef) and node.name == "DockerOperator"
    ]
    (init,) = [
        node
        for node in operator.body
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    found = {}
    for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True):
        if default is None:
            found[argument.arg] = "required"
        else:
            written = ast.unparse(default)
            found[argument.arg] = IMPORTED.get(written, written)
    return found


def main(folder: Path) -> None:
    """Write the table."""
    rows: dict[tuple[str, str], list[str]] = {}
    for wheel in sorted(folder.glob("*.whl"), key=number):
        for pair in arguments(wheel).items():
            rows.setdefault(pair, []).append(".".join(map(str, number(wheel))))
    TABLE.write_text(
        "".join(
            f"{name} = {default}  # {versions[0]} to {versions[-1]}\n"
            for (name, default), versions in rows.items()
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
