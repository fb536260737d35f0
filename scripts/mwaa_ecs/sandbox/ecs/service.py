"""The actions of ECS's API that concern tasks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from mwaa_ecs.sandbox.ecs.errors import EcsError, invalid_parameter
from mwaa_ecs.sandbox.ecs.launch import NoInstancesError, plan_launch
from mwaa_ecs.sandbox.ecs.lifecycle import TaskLifecycle
from mwaa_ecs.sandbox.ecs.listing import matches, page
from mwaa_ecs.sandbox.ecs.register import check_registration
from mwaa_ecs.sandbox.ecs.roles import AgentClients, check_roles
from mwaa_ecs.sandbox.ecs.state import MotoBackend
from mwaa_ecs.sandbox.ecs.task import Gate, Task, open_gate
from mwaa_ecs.sandbox.engines import Engine
from mwaa_ecs.sandbox.place import Place

Json = dict[str, Any]
_MAX_DESCRIBED = 100
_CLOSE_SECONDS = 20.0


class EcsService:
    """Runs and describes the tasks of every account and region.

    Args:
        engine: runs the containers.
        clients: boto3 clients that assume a task's roles, and read secrets and files.
        environment: returns the variables with which a container in a region reaches the local
            AWS.
        gate: checks each use of a task's execution role.
    """

    def __init__(
        self,
        engine: Engine,
        clients: AgentClients,
        environment: Callable[[str], Mapping[str, str]],
        gate: Gate = open_gate,
    ) -> None:
        self._engine = engine
        self._clients = clients
        self._environment = environment
        self._gate = gate
        self._lock = threading.RLock()
        self._tasks: dict[str, Task] = {}
        self._threads: list[threading.Thread] = []
        self._tokens: dict[tuple[Place, str], tuple[Json, list[Task]]] = {}
        self._actions: dict[str, Callable[[Json, MotoBackend], Json | None]] = {
            "RunTask": self._run_task,
            "StopTask": self._stop_task,
            "DescribeTasks": self._describe_tasks,
            "ListTasks": self._list_tasks,
            "ExecuteCommand": self._execute_command,
            "DescribeClusters": self._describe_clusters,
            "DeleteCluster": self._delete_cluster,
            "RegisterTaskDefinition": self._register_task_definition,
            "ListTagsForResource": self._list_tags,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }

    def call(self, action: str, parameters: Json, place: Place) -> Json | None:
        """Answer an action.

        Returns:
            The answer; None if moto answers the action.

        Raises:
            EcsError: ECS refuses the request.
        """
        handler = self._actions.get(action)
        return handler(parameters, MotoBackend(place)) if handler else None

    def kill_all(self) -> None:
        """Kill every task; do not wait for the end."""
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            task.kill()

    def forget_all(self, timeout: float = _CLOSE_SECONDS) -> None:
        """Wait up to `timeout` seconds until all tasks have stopped, and forget them."""
        until = time.monotonic() + timeout
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        with self._lock:
            self._tasks.clear()
            self._tokens.clear()
            self._threads = [thread for thread in self._threads if thread.is_alive()]

    # -- tasks -------------------------------------------------------------------------------

    def _run_task(self, request: Json, backend: MotoBackend) -> Json:
        cluster = backend.cluster(request.get("cluster"))
        with self._lock:
            token = (backend.place, request.get("clientToken") or "")
            if token[1] and token in self._tokens:
                return self._run_again(request, *self._tokens[token])
            definition = backend.definition(str(request.get("taskDefinition") or ""))
            try:
                launch = plan_launch(request, cluster, definition)
            except NoInstancesError:
                # ECS reports AGENT for an instance whose agent is not connected.
                return {
                    "tasks": [],
                    "failures": [
                        {"arn": arn, "reason": "AGENT"} for arn in cluster.container_instances
                    ],
                }
            if launch.subnets:
                backend.check_network(launch.subnets, launch.security_groups)
            tasks = [
                Task(backend, cluster, definition, launch, provider)
                for provider in launch.capacity_providers
            ]
            check_roles(tasks[0].execution_role_arn, tasks[0].task_role_arn)
            # RunTask always answers PROVISIONING, so the answer precedes the start.
            answer: Json = {
                "tasks": [task.describe(tags=True) for task in tasks],
                "failures": [],
            }
            for task in tasks:
                self._begin(task)
            if token[1]:
                self._tokens[token] = (dict(request), tasks)
        return answer

    @staticmethod
    def _run_again(request: Json, earlier: Json, tasks: list[Task]) -> Json:
        if request != earlier:
            raise EcsError(
                "ConflictException",
                "The RunTask request could not be processed due to conflicts. The provided "
                "clientToken is already in use with a different RunTask request. The "
                "resourceIds are the existing task ARNs which are already associated with the "
                "clientToken.",
                resourceIds=[task.arn for task in tasks],
            )
        return {"tasks": [task.describe(tags=True) for task in tasks], "failures": []}

    def _begin(self, task: Task) -> None:
        lifecycle = TaskLifecycle(
            task, self._engine, self._clients, self._environment, self._gate
        )
        thread = threading.Thread(target=lifecycle.run, daemon=True, name=f"ecs-task-{task.id}")
        self._tasks[task.id] = task
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _stop_task(self, request: Json, backend: MotoBackend) -> Json:
        cluster = backend.cluster(request.get("cluster"))
        task = self._find(str(request.get("task") or ""), backend, cluster.name)
        if task is None:
            raise invalid_parameter("The referenced task was not found.")
        task.request_stop("UserInitiated", request.get("reason") or "Task stopped by user")
        return {"task": task.describe(tags=True)}

    def _describe_tasks(self, request: Json, backend: MotoBackend) -> Json:
        cluster = backend.cluster(request.get("cluster"))
        references = request.get("tasks") or []
        if not references:
            raise invalid_parameter("Tasks cannot be empty.")
        if len(references) > _MAX_DESCRIBED:
            raise invalid_parameter(f"Tasks cannot be more than {_MAX_DESCRIBED}.")
        tags = "TAGS" in (request.get("include") or ())
        found: list[Json] = []
        missing: list[Json] = []
        for reference in references:
            task = self._find(reference, backend, cluster.name)
            if task is None:
                arn = reference
                if not arn.startswith("arn:"):
                    arn = backend.place.arn("ecs", f"task/{cluster.name}/{reference}")
                missing.append({"arn": arn, "reason": "MISSING"})
            else:
                found.append(task.describe(tags=tags))
        return {"tasks": found, "failures": missing}

    def _list_tasks(self, request: Json, backend: MotoBackend) -> Json:
        cluster = backend.cluster(request.get("cluster"))
        tasks = [
            task for task in self._in_cluster(backend, cluster.name) if matches(task, request)
        ]
        return page([task.arn for task in tasks], request)

    def _execute_command(self, request: Json, backend: MotoBackend) -> Json:
        """Refuse as ECS does if a task's agent does not run; the sandbox has no agent."""
        cluster = backend.cluster(request.get("cluster"))
        if self._find(str(request.get("task") or ""), backend, cluster.name) is None:
            raise invalid_parameter("The referenced task was not found.")
        raise EcsError(
            "TargetNotConnectedException",
            "The execute command failed due to an internal error: the sandbox opens no shells.",
        )

    def _in_cluster(self, backend: MotoBackend, cluster: str) -> list[Task]:
        with self._lock:
            tasks = list(self._tasks.values())
        return [
            task for task in tasks if task.backend == backend and task.cluster.name == cluster
        ]

    def _find(self, reference: str, backend: MotoBackend, cluster: str | None) -> Task | None:
        with self._lock:
            task = self._tasks.get(reference.rpartition("/")[2])
        if task is None or task.backend != backend:
            return None
        if cluster is not None and task.cluster.name != cluster:
            return None
        return None if reference.startswith("arn:") and reference != task.arn else task

    # -- actions that moto answers, after a look at our tasks --------------------------------

    def _count(self, backend: MotoBackend, cluster: str) -> tuple[int, int]:
        alive = [task for task in self._in_cluster(backend, cluster) if not task.is_stopped]
        pending = [task for task in alive if task.last_status in ("PROVISIONING", "PENDING")]
        return len(alive) - len(pending), len(pending)

    def _describe_clusters(self, request: Json, backend: MotoBackend) -> None:
        for reference in request.get("clusters") or ["default"]:
            name = str(reference).rpartition("/")[2]
            running, pending = self._count(backend, name)
            backend.count_tasks(name, running=running, pending=pending)

    def _delete_cluster(self, request: Json, backend: MotoBackend) -> None:
        name = str(request.get("cluster") or "").rpartition("/")[2]
        if any(self._count(backend, name)):
            raise EcsError(
                "ClusterContainsTasksException",
                "The Cluster cannot be deleted while Tasks are active.",
            )

    @staticmethod
    def _register_task_definition(request: Json, backend: MotoBackend) -> None:
        del backend
        check_registration(request)

    # -- tags --------------------------------------------------------------------------------

    def tags_of_task(self, arn: str, place: Place) -> dict[str, str]:
        """Return a task's tags; none where it does not exist."""
        task = self._find(arn, MotoBackend(place), None)
        return {} if task is None else {tag["key"]: tag["value"] for tag in task.tags}

    def _tagged(self, request: Json, backend: MotoBackend) -> Task | None:
        arn = str(request.get("resourceArn") or "")
        if ":task/" not in arn:
            return None
        task = self._find(arn, backend, None)
        if task is None:
            raise invalid_parameter("The referenced task was not found.")
        return task

    def _list_tags(self, request: Json, backend: MotoBackend) -> Json | None:
        task = self._tagged(request, backend)
        return None if task is None else {"tags": [dict(tag) for tag in task.tags]}

    def _tag(self, request: Json, backend: MotoBackend) -> Json | None:
        task = self._tagged(request, backend)
        if task is None:
            return None
        with task.lock:
            tags = {tag["key"]: tag["value"] for tag in task.tags}
            tags |= {tag["key"]: tag.get("value", "") for tag in request.get("tags") or ()}
            task.tags = [{"key": key, "value": value} for key, value in tags.items()]
        return {}

    def _untag(self, request: Json, backend: MotoBackend) -> Json | None:
        task = self._tagged(request, backend)
        if task is None:
            return None
        with task.lock:
            gone = set(request.get("tagKeys") or ())
            task.tags = [tag for tag in task.tags if tag["key"] not in gone]
        return {}
