# mypy: ignore-errors
"""A helper beside a DAG, with a subclass as teams write them."""

from mwaa_ecs_operator import DockerOperator


class Wrapped(DockerOperator):
    """Says what it runs."""

    def __init__(self, **kwargs):
        super().__init__(**{"auto_remove": "success", **kwargs})

    def execute(self, context):
        result = super().execute(context)
        return f"wrapped {result}"
