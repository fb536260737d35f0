"""Begins a folder of Terraform and DAGs for an MWAA environment that exists."""

from mwaa_ecs.init.folder import Begun, Wanted, begin
from mwaa_ecs.init.mwaa import MwaaEnvironment, read_environment

__all__ = ["Begun", "MwaaEnvironment", "Wanted", "begin", "read_environment"]
