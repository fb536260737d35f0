"""Mistakes in the folders and files of modules/dags."""

from __future__ import annotations

from typing import Any

from module_mistakes.mistake import Mistakes, message

# The files that the mistakes below name, with their content.
FILES = {
    "dags/etl.py": "",
    "plugins/mine.py": "",
    "plugins.zip": "",
    "older.zip": "",
    "older.zip.json": "{}",
}


def mistake(about: str, *parts: str, **inputs: Any) -> Mistakes:
    return Mistakes("dags", (message(about, *parts),), inputs)


DAGS = [
    mistake(
        "check.files",
        'source_dir is "empty"',
        "no file in this folder",
        "Check the path",
        source_dir="empty",
    ),
    mistake(
        "aws_s3_object.named",
        'plugins_dir is "empty"',
        "no file in this folder",
        "Check the path, or remove plugins_dir",
        plugins="older.zip",
        plugins_dir="empty",
    ),
    mistake(
        "aws_s3_object.named",
        'plugins is "plugins.zip"',
        "plugins.zip.json",
        "is missing",
        "Run: mwaa-ecs plugins pack plugins --out plugins.zip",
        plugins="plugins.zip",
        plugins_dir="plugins",
    ),
    mistake(
        "aws_s3_object.named",
        'plugins is "older.zip"',
        "older than plugins (mine.py)",
        "Run: mwaa-ecs plugins pack plugins --out older.zip",
        plugins="older.zip",
        plugins_dir="plugins",
    ),
]
