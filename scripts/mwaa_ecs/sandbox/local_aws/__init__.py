"""A local AWS in this process: moto's services, with an ECS that runs containers.

    with LocalAws(engine=select_engine("auto")) as aws:
        aws.client("ecs").run_task(...)

Handlers in front of moto (see `gateway`) answer where moto differs from AWS.
"""

from mwaa_ecs.sandbox.instance_types import read_offerings_late
from mwaa_ecs.sandbox.service_models import share_service_models

# moto's EC2 reads its models when it is imported.
share_service_models()
read_offerings_late()

from mwaa_ecs.sandbox.environment import DEFAULT_REGION  # noqa: E402
from mwaa_ecs.sandbox.local_aws.calls import Call  # noqa: E402
from mwaa_ecs.sandbox.local_aws.server import LocalAws  # noqa: E402

__all__ = ["DEFAULT_REGION", "Call", "LocalAws"]
