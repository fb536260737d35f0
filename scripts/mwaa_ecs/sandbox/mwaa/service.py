"""The state of MWAA's environments, and the API's actions."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from mwaa_ecs.sandbox.mwaa.doors import Doors
from mwaa_ecs.sandbox.mwaa.errors import MwaaError, invalid, not_found
from mwaa_ecs.sandbox.mwaa.limits import (
    DEFAULT_AIRFLOW_VERSION,
    DEFAULT_CLASS,
    check_access,
    check_counts,
    check_version,
    check_version_change,
    defaults,
)
from mwaa_ecs.sandbox.mwaa.prerequisites import Clients, Prerequisites
from mwaa_ecs.sandbox.mwaa.shapes import check_shape
from mwaa_ecs.sandbox.place import Place

Json = dict[str, Any]

# The last part of the log groups' names.
LOG_MODULES = {
    "DagProcessingLogs": "DAGProcessing",
    "SchedulerLogs": "Scheduler",
    "TaskLogs": "Task",
    "WebserverLogs": "WebServer",
    "WorkerLogs": "Worker",
}
_FILES = (
    ("RequirementsS3Path", "RequirementsS3ObjectVersion"),
    ("PluginsS3Path", "PluginsS3ObjectVersion"),
    ("StartupScriptS3Path", "StartupScriptS3ObjectVersion"),
)
# MWAA's message for every CREATE_FAILED environment; the sandbox appends the reason.
_FAILURE = (
    "You may need to check the execution role permissions policy for your environment, and "
    "that each of the VPC networking components required by the environment are configured to "
    "allow traffic."
)
# A user with EndpointManagement CUSTOMER creates endpoints for these services.
_SERVICES = ("DatabaseVpcEndpointService", "WebserverVpcEndpointService")
_SERVICE_ROLE = "role/aws-service-role/airflow.amazonaws.com/AWSServiceRoleForAmazonMWAA"
_DOORS = ("CreateCliToken", "CreateWebLoginToken", "InvokeRestApi")
_BUSY = ("CREATING", "CREATING_SNAPSHOT", "UPDATING", "ROLLING_BACK", "DELETING")
# In these states an environment can only be deleted.
_BROKEN = ("CREATE_FAILED", "UNAVAILABLE")


class MwaaService:
    """The environments of every account and region; safe for threads.

    Each GetEnvironment moves an environment to its next state. The first one after a request
    shows CREATING, UPDATING or DELETING, the next one the result. So a client that polls sees
    every state and waits for no clock.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._lock = threading.RLock()
        self._environments: dict[tuple[Place, str], Json] = {}
        self.doors = Doors()
        """The way to the Airflow that runs, if one does."""

    def call(self, action: str, parameters: Json, place: Place) -> Json:
        """Answer an action of the API.

        Raises:
            MwaaError: the request is refused, or the sandbox lacks the action.
        """
        if action in _DOORS:
            with self._lock:
                self._find(parameters["Name"], place)
            # Without the lock, because Airflow's answer can take a while.
            return self.doors.call(action, parameters["Name"], parameters)
        answer: Callable[[Json, Place], Json] | None = {
            "CreateEnvironment": self._create,
            "GetEnvironment": self._get,
            "UpdateEnvironment": self._update,
            "DeleteEnvironment": self._delete,
            "ListEnvironments": self._list,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }.get(action)
        if answer is None:
            # Clients retry a 500, but not a 501.
            raise MwaaError(
                "NotImplemented", f"The sandbox's MWAA does not support {action}", 501
            )
        check_shape(action, parameters)
        with self._lock:
            return answer(parameters, place)

    def forget_all(self) -> None:
        """Forget every environment."""
        with self._lock:
            self._environments.clear()

    # -- actions ---------------------------------------------------------------------------

    def _create(self, request: Json, place: Place) -> Json:
        name = request["Name"]
        if (place, name) in self._environments:
            raise invalid(f"An environment named {name} already exists")
        prerequisites = Prerequisites(self._clients, place)
        environment = {
            "AirflowVersion": DEFAULT_AIRFLOW_VERSION,
            "AirflowConfigurationOptions": {},
            "EndpointManagement": "SERVICE",
            "WebserverAccessMode": "PRIVATE_ONLY",
            "WeeklyMaintenanceWindowStart": "SUN:03:30",
            "Tags": {},
            **defaults(request.get("EnvironmentClass") or DEFAULT_CLASS),
            **{name: value for name, value in request.items() if value is not None},
        }
        environment.setdefault("EnvironmentClass", DEFAULT_CLASS)
        environment["LoggingConfiguration"] = _logging(
            name, place, request.get("LoggingConfiguration")
        )
        network = environment["NetworkConfiguration"]
        prerequisites.check_network(network["SubnetIds"], network["SecurityGroupIds"])
        if environment.get("KmsKey"):
            prerequisites.check_key(environment["KmsKey"])
        _check(environment, prerequisites)
        arn = place.arn("airflow", f"environment/{name}")
        service = f"com.amazonaws.vpce.{place.region}.vpce-svc"
        number = uuid.uuid4()
        mode = environment["WebserverAccessMode"]
        web_host = f"{number}-vpce" if mode == "PRIVATE_ONLY" else str(number)
        environment |= {
            "Arn": arn,
            "Status": "CREATING",
            "CreatedAt": time.time(),
            "ServiceRoleArn": place.arn("iam", _SERVICE_ROLE),
            "WebserverUrl": f"{web_host}.c0.{place.region}.airflow.{place.dns_suffix}",
            "DatabaseVpcEndpointService": f"{service}-{number.hex[:17]}",
            # The queue is in an account of AWS's own.
            "CeleryExecutorQueue": Place(place.account_id[::-1], place.region).arn(
                "sqs", f"airflow-celery-{number}"
            ),
            "LastUpdate": {"Status": "SUCCESS", "CreatedAt": time.time()},
            # The result is decided now: MWAA ignores later repairs.
            "_next": [_after_creation(environment, prerequisites.faults(environment))],
        }
        if mode != "PUBLIC_ONLY":
            environment["WebserverVpcEndpointService"] = f"{service}-{number.hex[15:]}"
        self._environments[place, name] = environment
        self._make_log_groups(environment, place)
        return {"Arn": arn}

    def _get(self, request: Json, place: Place) -> Json:
        environment = self._find(request["Name"], place)
        shown = _public(environment)
        self._move_on(environment, place)
        return {"Environment": shown}

    def _move_on(self, environment: Json, place: Place) -> None:
        if environment["Status"] == "PENDING":
            services = [environment[key] for key in _SERVICES if key in environment]
            subnets = environment["NetworkConfiguration"]["SubnetIds"]
            if Prerequisites(self._clients, place).has_endpoints(services, subnets):
                environment["Status"] = "AVAILABLE"
            return
        coming = environment.get("_next")
        if not coming:
            return
        following = coming.pop(0)
        if following == {"Status": "DELETED"}:
            del self._environments[place, environment["Name"]]
        else:
            environment.update(following)

    def _update(self, request: Json, place: Place) -> Json:
        environment = self._find(request["Name"], place)
        if environment["Status"] in (*_BUSY, *_BROKEN, "PENDING"):
            raise invalid(
                f"Environment {request['Name']} is {environment['Status']}; it can be updated "
                "when it is AVAILABLE"
            )
        changed = {**environment}
        for name, value in request.items():
            if name == "LoggingConfiguration":
                given = {**_asked(environment["LoggingConfiguration"]), **(value or {})}
                changed[name] = _logging(environment["Name"], place, given)
            elif name == "NetworkConfiguration":
                changed[name] = {**environment[name], **value}
            elif name not in ("Name", "WorkerReplacementStrategy") and value is not None:
                # An empty path removes a file.
                changed[name] = None if value == "" else value
        prerequisites = Prerequisites(self._clients, place)
        network = changed["NetworkConfiguration"]
        prerequisites.check_network(network["SubnetIds"], network["SecurityGroupIds"])
        _check(changed, prerequisites)
        check_version_change(environment["AirflowVersion"], changed["AirflowVersion"])
        states = [{"Status": "UPDATING"}, *_after_update(environment, changed, prerequisites)]
        if changed["AirflowVersion"] != environment["AirflowVersion"]:
            states.insert(0, {"Status": "CREATING_SNAPSHOT"})
        changed |= {
            **states[0],
            "LastUpdate": {"Status": "PENDING", "CreatedAt": time.time()},
            "_next": states[1:],
        }
        environment.update(changed)
        self._make_log_groups(environment, place)
        return {"Arn": environment["Arn"]}

    def _delete(self, request: Json, place: Place) -> Json:
        environment = self._find(request["Name"], place)
        if environment["Status"] in _BUSY:
            raise invalid(
                f"Environment {request['Name']} is {environment['Status']}; it cannot be "
                "deleted now"
            )
        environment |= {"Status": "DELETING", "_next": [{"Status": "DELETED"}]}
        return {}

    def _list(self, request: Json, place: Place) -> Json:
        names = sorted(name for where, name in self._environments if where == place)
        start = int(request.get("NextToken") or 0)
        end = start + int(request.get("MaxResults") or 25)
        more = {"NextToken": str(end)} if end < len(names) else {}
        return {"Environments": names[start:end], **more}

    def _tag(self, request: Json, place: Place) -> Json:
        self._by_arn(request["ResourceArn"], place)["Tags"] |= request["Tags"]
        return {}

    def _untag(self, request: Json, place: Place) -> Json:
        tags = self._by_arn(request["ResourceArn"], place)["Tags"]
        for key in request["tagKeys"]:
            tags.pop(key, None)
        return {}

    def _list_tags(self, request: Json, place: Place) -> Json:
        return {"Tags": dict(self._by_arn(request["ResourceArn"], place)["Tags"])}

    # -- helpers ---------------------------------------------------------------------------

    def _find(self, name: str, place: Place) -> Json:
        try:
            return self._environments[place, name]
        except KeyError:
            raise not_found(f"Environment {name} not found") from None

    def _by_arn(self, arn: str, place: Place) -> Json:
        return self._find(arn.rpartition("/")[2], place)

    def _make_log_groups(self, environment: Json, place: Place) -> None:
        """Create missing log groups; as in MWAA, they outlive the environment."""
        logs = self._clients("logs", place)
        for module in environment["LoggingConfiguration"].values():
            if module["Enabled"]:
                group = module["CloudWatchLogGroupArn"].partition(":log-group:")[2]
                with suppress(logs.exceptions.ResourceAlreadyExistsException):
                    logs.create_log_group(logGroupName=group)


def _after_creation(environment: Mapping[str, Any], faults: list[str]) -> Json:
    if faults:
        return {"Status": "CREATE_FAILED", "LastUpdate": _failure(faults)}
    customer = environment["EndpointManagement"] == "CUSTOMER"
    return {"Status": "PENDING" if customer else "AVAILABLE"}


def _after_update(
    environment: Mapping[str, Any], changed: Mapping[str, Any], prerequisites: Prerequisites
) -> list[Json]:
    """Return the states after UPDATING: the update succeeds, or rolls back, or fails twice."""
    faults = prerequisites.faults(changed)
    if not faults:
        done = {"Status": "SUCCESS", "CreatedAt": time.time()}
        return [{"Status": "AVAILABLE", "LastUpdate": done}]
    before = {
        name: environment.get(name)
        for name in changed
        if name not in ("Status", "LastUpdate") and not name.startswith("_")
    }
    stable = not prerequisites.faults(environment)
    return [
        {"Status": "ROLLING_BACK"},
        {
            **before,
            "Status": "UPDATE_FAILED" if stable else "UNAVAILABLE",
            "LastUpdate": _failure(faults),
        },
    ]


def _failure(faults: list[str]) -> Json:
    return {
        "Status": "FAILED",
        "CreatedAt": time.time(),
        "Error": {
            "ErrorCode": "INCORRECT_CONFIGURATION",
            "ErrorMessage": f"{_FAILURE} Here: {'; '.join(faults)}.",
        },
    }


def _check(environment: Mapping[str, Any], prerequisites: Prerequisites) -> None:
    check_version(environment["AirflowVersion"])
    check_access(environment["WebserverAccessMode"], environment["AirflowVersion"])
    check_counts(environment)
    prerequisites.check_bucket(environment["SourceBucketArn"])
    prerequisites.check_role(environment["ExecutionRoleArn"])
    for path, version in _FILES:
        if environment.get(path):
            prerequisites.check_object(
                environment["SourceBucketArn"], environment[path], environment.get(version)
            )


def _logging(name: str, place: Place, given: Mapping[str, Any] | None) -> Json:
    """Return the configuration of all five modules; by default only task logs are enabled."""
    group = place.arn("logs", f"log-group:airflow-{name}")
    asked = {module: (given or {}).get(module) or {} for module in LOG_MODULES}
    return {
        module: {
            "Enabled": asked[module].get("Enabled", module == "TaskLogs"),
            "LogLevel": asked[module].get("LogLevel", "INFO"),
            "CloudWatchLogGroupArn": f"{group}-{suffix}",
        }
        for module, suffix in LOG_MODULES.items()
    }


def _asked(logging: Mapping[str, Any]) -> Json:
    return {
        module: {"Enabled": found["Enabled"], "LogLevel": found["LogLevel"]}
        for module, found in logging.items()
    }


def _public(environment: Mapping[str, Any]) -> Json:
    return {
        name: value
        for name, value in environment.items()
        if value is not None and not name.startswith("_")
    }
