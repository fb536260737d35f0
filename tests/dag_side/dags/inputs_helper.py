# mypy: ignore-errors
"""A helper beside a DAG, with a subclass as teams write them."""

from mwaa_ecs_operator import DockerOperator


class Wrapped(DockerOperator):
    """Says what it runs."""

    template_fields = (*DockerOperator.template_fields, "docker_url")

    def __init__(self, **kwargs):
        super().__init__(**{"auto_remove": "success", **kwargs})

    def execute(self, context):
        self.log.info("auto_remove %s, volumes %s", self.auto_remove, self.volumes)
        result = super().execute(context)
        return f"wrapped {result}"
