"""A local AWS in this process: moto's services, with an ECS that runs containers.

    with LocalAws(engine=select_engine("auto")) as aws:
        aws.client("ecs").run_task(...)

Handlers in front of moto (see `gateway`) answer where moto differs from AWS.
"""

from mwaa_ecs.sandbox.environment import DEFAULT_REGION
from mwaa_ecs.sandbox.local_aws.calls import Call
from mwaa_ecs.sandbox.local_aws.server import LocalAws

__all__ = ["DEFAULT_REGION", "Call", "LocalAws"]
