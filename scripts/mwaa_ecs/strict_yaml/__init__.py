"""Reads YAML strictly: every value knows its line and column, and no value is guessed."""

from mwaa_ecs.strict_yaml.node import Node, kind_of
from mwaa_ecs.strict_yaml.reader import MAXIMUM_BYTES, read_document

__all__ = ["MAXIMUM_BYTES", "Node", "kind_of", "read_document"]
