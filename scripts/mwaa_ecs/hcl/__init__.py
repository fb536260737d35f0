"""Reads the blocks of a Terraform module: variables with their types, outputs, module calls.

The reader evaluates literals only. It reads a root module in a few milliseconds, because
`mwaa-ecs schema` and every `render` read the variables.
"""

from mwaa_ecs.hcl.blocks import Block, Expression, read_blocks
from mwaa_ecs.hcl.lexer import HclError
from mwaa_ecs.hcl.types import (
    AnyType,
    Attribute,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    TupleType,
    Type,
)
from mwaa_ecs.hcl.variables import Output, Variable, read_outputs, read_variables

__all__ = [
    "AnyType",
    "Attribute",
    "Block",
    "Expression",
    "HclError",
    "ListType",
    "MapType",
    "ObjectType",
    "Output",
    "Primitive",
    "TupleType",
    "Type",
    "Variable",
    "read_blocks",
    "read_outputs",
    "read_variables",
]
