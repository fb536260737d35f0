"""Run the hello-world container on ECS Fargate from Amazon MWAA.

Where to run it stands in six parameters that Terraform writes to SSM Parameter Store. They are
read when the task runs, in one call, and never while this file is parsed.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from airflow import DAG
from airflow.providers.amazon.aws.hooks.ssm import SsmHook
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

SSM_PREFIX = "/mwaa"
NAMES = (
    "ecs/cluster",
    "ecs/task_definition",
    "vpc/private_subnets",
    "vpc/security_group",
    "cw/log_group",
    "cw/log_stream",
)


@lru_cache(maxsize=1)
def ssm(run_id: str) -> dict[str, str]:  # noqa: ARG001 - what the cache goes by
    """Return the six parameters; one call serves all templates of a run."""
    names = [f"{SSM_PREFIX}/{name}" for name in NAMES]
    answer = SsmHook().conn.get_parameters(Names=names)
    if answer["InvalidParameters"]:
        raise LookupError(f"no such SSM parameters: {', '.join(answer['InvalidParameters'])}")
    found = {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}
    return {name: found[f"{SSM_PREFIX}/{name}"] for name in NAMES}


class EcsOperator(EcsRunTaskOperator):
    """EcsRunTaskOperator whose subnets come from a template, joined by commas.

    Not by `render_template_as_native_obj`: that would turn the "3" of a command into a number,
    which ECS refuses.
    """

    def render_template_fields(self, context, jinja_env=None):
        """Render the templates, then split the subnets."""
        super().render_template_fields(context, jinja_env)
        vpc = self.network_configuration["awsvpcConfiguration"]
        vpc["subnets"] = vpc["subnets"].split(",")


with DAG(
    dag_id="example_ecs_operator",
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    schedule=None,
    catchup=False,
    user_defined_macros={"ssm": ssm},
    tags=["ecs"],
) as dag:
    EcsOperator(
        task_id="ecs_operator",
        cluster="{{ ssm(run_id)['ecs/cluster'] }}",
        task_definition="{{ ssm(run_id)['ecs/task_definition'] }}",
        launch_type="FARGATE",
        overrides={"containerOverrides": [{"name": "hello-world", "command": ["/hello"]}]},
        network_configuration={
            "awsvpcConfiguration": {
                "subnets": "{{ ssm(run_id)['vpc/private_subnets'] }}",
                "securityGroups": ["{{ ssm(run_id)['vpc/security_group'] }}"],
                "assignPublicIp": "DISABLED",
            }
        },
        awslogs_group="{{ ssm(run_id)['cw/log_group'] }}",
        # "<prefix>/<container>": right for every version of the operator.
        awslogs_stream_prefix="{{ ssm(run_id)['cw/log_stream'] }}",
        awslogs_fetch_interval=timedelta(seconds=5),
    )
