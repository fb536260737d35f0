"""Run the hello-world container on ECS Fargate from Amazon MWAA.

Where to run it stands in the Airflow Variable `hello-world`: the task's parameter, which
Terraform wrote to Parameter Store. It is read when the task runs, and never while this file is
parsed.
"""

from datetime import UTC, datetime, timedelta

from airflow import DAG
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

TASK = "var.json.get('hello-world')"
VPC = f"{TASK}.network_configuration.awsvpcConfiguration"


class EcsOperator(EcsRunTaskOperator):
    """EcsRunTaskOperator whose subnets and security groups come from templates."""

    def render_template_fields(self, context, jinja_env=None):
        """Render the templates, then split what they joined by commas."""
        super().render_template_fields(context, jinja_env)
        vpc = self.network_configuration["awsvpcConfiguration"]
        for name in ("subnets", "securityGroups"):
            vpc[name] = vpc[name].split(",")


with DAG(
    dag_id="hello_world",
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    schedule=None,
    catchup=False,
    tags=["ecs"],
) as dag:
    EcsOperator(
        task_id="hello_world",
        cluster=f"{{{{ {TASK}.cluster }}}}",
        task_definition=f"{{{{ {TASK}.task_definition }}}}",
        launch_type="FARGATE",
        overrides={"containerOverrides": [{"name": "hello-world", "command": ["/hello"]}]},
        network_configuration={
            "awsvpcConfiguration": {
                "subnets": f"{{{{ {VPC}.subnets | join(',') }}}}",
                "securityGroups": f"{{{{ {VPC}.securityGroups | join(',') }}}}",
                "assignPublicIp": "DISABLED",
            }
        },
        awslogs_group=f"{{{{ {TASK}.awslogs_group }}}}",
        awslogs_stream_prefix=f"{{{{ {TASK}.awslogs_stream_prefix }}}}",
        awslogs_fetch_interval=timedelta(seconds=5),
    )
