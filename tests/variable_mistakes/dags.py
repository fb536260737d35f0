"""Mistakes in the variables of modules/dags."""

from __future__ import annotations

from typing import Any

from variable_mistakes.mistake import Mistake


def mistake(*parts: str, **inputs: Any) -> Mistake:
    return Mistake("dags", inputs, parts)


DAGS = [
    mistake('prefix is "dags"', "with a slash after it and none before it", prefix="dags"),
    mistake('named_prefix is "airflow"', 'must be "" or a folder', named_prefix="airflow"),
    mistake(
        '"requirements":"/r.txt"',
        "neither begins nor ends with a slash",
        named_keys={"requirements": "/r.txt"},
    ),
    mistake('requirements is "none.txt": there is no such file', requirements="none.txt"),
    mistake('startup_script is "none.sh": there is no such file', startup_script="none.sh"),
    *(
        mistake(f'plugins is "{name}"', "must be a zip file that exists", plugins=name)
        for name in ("none.zip", "main.tf.json")
    ),
    mistake(
        'plugins_dir is "plugins", but plugins is not set',
        "Set it to the zip file",
        plugins_dir="plugins",
    ),
    mistake(
        'existing: plugins.sha256 is "d41d8cd9"',
        "that sha256sum prints",
        existing={"plugins": {"object_version": "v1", "sha256": "d41d8cd9"}},
    ),
    mistake(
        "tags has 11 entries",
        "at most 10 tags",
        tags={f"tag{number}": "a" for number in range(11)},
    ),
]
