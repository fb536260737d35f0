"""Environments: one YAML file each, checked against the module's own variables.

`EnvironmentFolder` reads and checks them, `render` writes `<name>.tfvars.json`, and
`environment_schema` is what editors check the YAML with. docs/environments.md describes the
files.
"""

from mwaa_ecs.environments.changes import change_lines
from mwaa_ecs.environments.folder import Environment, EnvironmentFolder
from mwaa_ecs.environments.module import Module, find_module, load_module
from mwaa_ecs.environments.render import Rendered, left_over, render
from mwaa_ecs.environments.schema import environment_schema, task_schema
from mwaa_ecs.environments.settings import Backend, Settings
from mwaa_ecs.problems import Problem, ProblemsError

__all__ = [
    "Backend",
    "Environment",
    "EnvironmentFolder",
    "Module",
    "Problem",
    "ProblemsError",
    "Rendered",
    "Settings",
    "change_lines",
    "environment_schema",
    "find_module",
    "left_over",
    "load_module",
    "render",
    "task_schema",
]
