"""Takes up what an MWAA environment brings along beside its DAGs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.airflow import AirflowEnvironment
from mwaa_ecs.sandbox.airflow.environment import airflow_settings
from mwaa_ecs.sandbox.airflow.requirements import install_requirements, requirement_lines
from mwaa_ecs.sandbox.airflow.startup import run_startup_script
from mwaa_ecs.sandbox.example import DagSettings
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa_environment import (
    BucketFile,
    MwaaEnvironment,
    read_file,
    unpack_plugins,
)
from mwaa_ecs.sandbox.settings import SETTINGS_FILE

# AIRFLOW_HOME in MWAA.
_HOME = "/usr/local/airflow"

_NONE = DagSettings()


def set_up_airflow(
    aws: LocalAws,
    mwaa: MwaaEnvironment,
    environment: AirflowEnvironment,
    work: Path,
    *,
    startup_script: bool,
    dag_settings: DagSettings = _NONE,
) -> tuple[dict[str, str], str]:
    """Run the environment's startup script, unpack its plugins, install its requirements.

    work: the run's folder; its DAGs lie in `work/dags`.
    startup_script: whether it is run.
    dag_settings: what `sandbox.yaml` adds; it comes before the environment's own options.

    Returns:
        The environment variables that Airflow gets by it, and in words what there was.
    """
    # As MWAA sets it; the others are web server and scheduler.
    settings = {
        "MWAA_AIRFLOW_COMPONENT": "worker",
        **_here(mwaa.settings, work),
        **dag_settings.environment,
    }
    brought = [f"{len(mwaa.settings)} configuration options"] if mwaa.settings else []
    if dag_settings.environment:
        brought.append(f"{len(dag_settings.environment)} settings of {SETTINGS_FILE}")
    if mwaa.startup_script is not None and startup_script:
        left, told = _start_up(aws, mwaa, mwaa.startup_script, environment, settings, work)
        # The environment's own options come first, as in MWAA.
        settings = {**_here(left, work), **settings}
        brought.append(told)
    elif mwaa.startup_script is not None:
        brought.append("a startup script, which is not run")
    if mwaa.plugins is not None:
        plugins = work / "plugins"
        unpack_plugins(aws, mwaa, mwaa.plugins, plugins)
        settings["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(plugins)
        brought.append("plugins")
    lines = list(dag_settings.requirements)
    if mwaa.requirements is not None:
        lines += requirement_lines(_requirements(aws, mwaa, mwaa.requirements, work))
    if lines:
        packages = install_requirements(environment, lines, work / "requirements", settings)
        if packages is not None:
            own = settings.get("PYTHONPATH")
            settings["PYTHONPATH"] = os.pathsep.join([str(packages), *([own] if own else [])])
        asked = [line for line in lines if not line.startswith("-")]
        brought.append(f"{len(asked)} requirements")
    role = mwaa.role_arn.rpartition("/")[2]
    return settings, ", ".join([*brought, f"as {role}"])


def _requirements(aws: LocalAws, mwaa: MwaaEnvironment, file: BucketFile, work: Path) -> str:
    """Return the requirements file with the run's folders in place of MWAA's.

    A network without internet access gets its packages from wheels in plugins.zip:
    `--find-links /usr/local/airflow/plugins`.
    """
    try:
        text = read_file(aws, mwaa, file).decode()
    except UnicodeDecodeError:
        raise UserError(
            f"requirements: {file.key!r} in the bucket {mwaa.bucket!r} is not UTF-8 text"
        ) from None
    return _in_place(text, work)


def _in_place(text: str, work: Path) -> str:
    """Return a text with the run's folders in place of MWAA's."""
    for folder in ("plugins", "dags"):
        text = text.replace(f"{_HOME}/{folder}", str(work / folder))
    return text


def _here(variables: Mapping[str, str], work: Path) -> dict[str, str]:
    """Return variables with the run's folders in place of MWAA's."""
    return {name: _in_place(value, work) for name, value in variables.items()}


def _start_up(
    aws: LocalAws,
    mwaa: MwaaEnvironment,
    script: BucketFile,
    environment: AirflowEnvironment,
    settings: dict[str, str],
    work: Path,
) -> tuple[dict[str, str], str]:
    folder = work / "startup"
    done = run_startup_script(
        environment,
        read_file(aws, mwaa, script),
        folder,
        {
            **settings,
            **aws.role_environment(mwaa.role_arn, "Airflow"),
            **airflow_settings(folder, work / "dags"),
        },
    )
    told = f"a startup script with {len(done.variables)} variables"
    if done.not_run:
        told += f" ({'; '.join(done.not_run)}: not run in the sandbox)"
    return dict(done.variables), told
