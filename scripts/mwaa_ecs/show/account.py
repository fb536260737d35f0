"""Reads what is connected from an account. It changes nothing and reads no secret's value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mwaa_ecs.doctor import Account, Asked, Task
from mwaa_ecs.doctor.account import NotReadError
from mwaa_ecs.doctor.judging import policies_of
from mwaa_ecs.doctor.references import Reference
from mwaa_ecs.doctor.runner import check_credentials
from mwaa_ecs.doctor.world import Json, SkippedError, World
from mwaa_ecs.errors import UserError
from mwaa_ecs.show.dags import Named, constants_of, tasks_of_dag
from mwaa_ecs.show.drawing import (
    DrawnTask,
    draw_dags,
    draw_key,
    draw_policy,
    draw_role,
    draw_task,
    images_of,
)
from mwaa_ecs.show.model import Draft, Picture
from mwaa_ecs_operator.contract import ALL, PARTS

_SHARED = "ecs/task_definition"
_LARGEST_DAG = 1 << 20


def read_account(account: Account, prefix: str, environment: str | None = None) -> Picture:
    """Return the picture of the tasks below a prefix.

    Args:
        account: the account to read.
        prefix: the module's `ssm_prefix`.
        environment: name of the MWAA environment; None takes the only one there is.

    Raises:
        UserError: there is no task, or no such environment.
        OperationError: the credentials are refused, or no parameter can be read.
    """
    check_credentials(account)
    world = World(account, Asked(prefix, environment))
    return _Reader(world).picture()


class _Reader:
    """Reads an account; what is denied becomes a note."""

    def __init__(self, world: World) -> None:
        self.world = world
        where = f"account {world.account_id}, {world.region}, {world.asked.prefix}"
        self.draft = Draft(where)

    def picture(self) -> Picture:
        found = self.world.all_tasks()
        if not found:
            raise UserError(
                f"no task is below {self.world.asked.prefix}/tasks in {self.world.region}. "
                "Apply the module, or give its ssm_prefix with --ssm-prefix and its --region"
            )
        tasks = [self._task(one) for one in found]
        parameters = {one.name: draw_task(self.draft, one) for one in tasks}
        self._things(tasks)
        self._read(lambda: self._airflow(tasks, parameters))
        for node in self.draft.done().nodes:
            if node.kind == "role":
                self._read(lambda name=node.name: self._role(name))  # type: ignore[misc]
        return self.draft.done()

    def _read(self, function: Callable[[], Any]) -> Any:
        try:
            return function()
        except (NotReadError, SkippedError) as error:
            self.draft.note(f"{error}.")
            return None

    def _task(self, task: Task) -> DrawnTask:
        definition = self._read(lambda: self.world.definition(task))
        return DrawnTask(task.name, task.source, task.contract, definition or {})

    # -- what tasks need ---------------------------------------------------------------------

    def _things(self, tasks: list[DrawnTask]) -> None:
        references = dict.fromkeys(one for task in tasks for one in task.references)
        for reference in references:
            self._read(lambda one=reference: self._secret(one))  # type: ignore[misc]
        for group in dict.fromkeys(one for task in tasks for one in task.log_groups):
            self._read(lambda one=group: self._log_group(one))  # type: ignore[misc]
        subnets = sorted(
            {str(one) for task in tasks for one in task.network.get("subnets") or ()}
        )
        if subnets:
            self._read(lambda: self._subnets(subnets))

    def _secret(self, reference: Reference) -> None:
        secret = f"secret:{reference.name}"
        if reference.service == "secretsmanager":
            answer = self.world.call(
                "secretsmanager",
                "describe_secret",
                missing=("ResourceNotFoundException",),
                region=reference.region,
                SecretId=reference.name,
            )
            if answer is None:
                self.draft.add("secret", reference.name, details=[("state", "does not exist")])
                return
            draw_key(self.draft, secret, str(answer.get("KmsKeyId") or ""))
            return
        name = [{"Key": "Name", "Values": [reference.name]}]
        answer = self.world.call(
            "ssm", "describe_parameters", region=reference.region, ParameterFilters=name
        )
        for parameter in answer["Parameters"]:
            draw_key(self.draft, secret, str(parameter.get("KeyId") or ""))

    def _log_group(self, name: str) -> None:
        answer = self.world.call("logs", "describe_log_groups", logGroupNamePrefix=name)
        found = [one for one in answer["logGroups"] if one["logGroupName"] == name]
        if not found:
            self.draft.add("log_group", name, details=[("state", "does not exist")])
        for group in found:
            days = str(group.get("retentionInDays") or "never deleted")
            identifier = self.draft.add("log_group", name, details=[("days", days)])
            draw_key(self.draft, identifier, str(group.get("kmsKeyId") or ""))

    def _subnets(self, names: list[str]) -> None:
        filters = [{"Name": "subnet-id", "Values": names}]
        for subnet in self.world.call("ec2", "describe_subnets", Filters=filters)["Subnets"]:
            self.draft.add(
                "subnet",
                subnet["SubnetId"],
                details=[
                    ("zone", str(subnet["AvailabilityZone"])),
                    ("addresses", str(subnet["CidrBlock"])),
                    ("VPC", str(subnet["VpcId"])),
                ],
            )

    def _role(self, name: str) -> None:
        role = self.world.role(name)
        if role is None:
            self.draft.add("role", name, details=[("state", "does not exist")])
            return
        draw_role(self.draft, str(role["Arn"]), role.get("AssumeRolePolicyDocument"))
        for policy, document in policies_of(self.world, name):
            draw_policy(self.draft, name, policy, document)

    # -- Airflow -----------------------------------------------------------------------------

    def _airflow(self, tasks: list[DrawnTask], parameters: dict[str, str]) -> None:
        found = self.world.environment()
        environment = self.draft.add(
            "environment",
            str(found["Name"]),
            details=[
                ("Airflow", str(found.get("AirflowVersion") or "")),
                ("status", str(found.get("Status") or "")),
            ],
        )
        role = draw_role(self.draft, str(found["ExecutionRoleArn"]))
        self.draft.link(environment, role, "is Airflow's")
        bucket = str(found["SourceBucketArn"]).rpartition(":")[2]
        named = self._named(tasks)
        dags: dict[str, set[str]] = {}
        keys = self._keys(bucket, str(found["DagS3Path"]))
        files = {key: self._file(bucket, key) for key in keys}
        others = constants_of(files)
        for key, text in files.items():
            try:
                dags[key] = tasks_of_dag(text, named, others)
            except SyntaxError as error:
                self.draft.note(f"{key} is not read: {error.msg}, line {error.lineno}.")
        for dag in draw_dags(self.draft, dags, parameters):
            self.draft.link(environment, dag)

    def _named(self, tasks: list[DrawnTask]) -> Named:
        prefix = self.world.asked.prefix
        families = {one.name: one.family for one in tasks}
        answer = self.world.call("ssm", "get_parameters", Names=[f"{prefix}/{_SHARED}"])
        shared = [str(one["Value"]).partition(":")[0] for one in answer["Parameters"]]
        default = [task for task, family in families.items() if family in shared]
        names = [f"{prefix}/images/{part}" for part in (ALL, *PARTS)]
        index = self.world.call("ssm", "get_parameters", Names=names)["Parameters"]
        images = images_of(tasks, [str(one["Value"]) for one in index])
        return Named(prefix, images, families, default[0] if default else "")

    def _keys(self, bucket: str, folder: str) -> Iterator[str]:
        found = self.world.call(
            "s3", "list_objects_v2", pages="Contents", Bucket=bucket, Prefix=f"{folder}/"
        )
        for one in found:
            key = str(one["Key"])
            if not key.endswith(".py") or "/mwaa_ecs_operator/" in key:
                continue
            if one["Size"] > _LARGEST_DAG:
                self.draft.note(f"{key} is not read: it has {one['Size']} bytes.")
                continue
            yield key

    def _file(self, bucket: str, key: str) -> str:
        body: Json = self.world.call("s3", "get_object", Bucket=bucket, Key=key)
        return str(body["Body"].read().decode("utf-8", errors="replace"))
