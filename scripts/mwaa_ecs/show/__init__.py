"""Connections among DAGs, tasks and their resources, from a plan, a state or an account."""

from mwaa_ecs.show.account import read_account
from mwaa_ecs.show.mermaid import mermaid
from mwaa_ecs.show.model import Picture
from mwaa_ecs.show.page import page
from mwaa_ecs.show.terraform import read_plan
from mwaa_ecs.show.tree import tree
from mwaa_ecs.show.writing import as_json

__all__ = [
    "Picture",
    "as_json",
    "mermaid",
    "page",
    "read_account",
    "read_plan",
    "tree",
]
