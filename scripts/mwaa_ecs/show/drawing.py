"""Draws tasks, roles and policies, whatever they were read from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.doctor.references import Reference, of_container
from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.iam.trust import trusted_services
from mwaa_ecs.plan import policy_in_words
from mwaa_ecs.show.model import Draft
from mwaa_ecs_operator.contract import IndexEntry
from mwaa_ecs_operator.images import normalise


@dataclass(frozen=True)
class DrawnTask:
    """A task to draw.

    Attributes:
        name: its key in the module's `tasks`.
        parameter: the name of its parameter.
        contract: what is known of the parameter's JSON.
        definition: what is known of the task definition, in AWS's form.
    """

    name: str
    parameter: str
    contract: Mapping[str, Any] = field(repr=False)
    definition: Mapping[str, Any] = field(repr=False)

    @property
    def family(self) -> str:
        """Family of the task definition, without a revision."""
        named = str(self.contract.get("task_definition") or "").rpartition("/")[2]
        return str(self.definition.get("family") or named.partition(":")[0])

    @property
    def containers(self) -> list[Mapping[str, Any]]:
        """The containers, as far as they are known."""
        return list(self.definition.get("containerDefinitions") or ())

    @property
    def image(self) -> str:
        """The image of the main container; empty where it is not known."""
        main = self.contract.get("container_name") or self.name
        images = {str(one["name"]): str(one["image"]) for one in self.containers}
        only = next(iter(images.values())) if len(images) == 1 else ""
        return images.get(str(main), only)

    @property
    def references(self) -> list[Reference]:
        """The secrets and parameters that the containers read, each once."""
        found = (one for container in self.containers for one in of_container(container))
        return list(dict.fromkeys(found))

    @property
    def log_groups(self) -> list[str]:
        """The log groups that the containers write to."""
        options = [
            (one.get("logConfiguration") or {}).get("options") or {} for one in self.containers
        ]
        found = [str(one["awslogs-group"]) for one in options if one.get("awslogs-group")]
        return list(dict.fromkeys(found))

    @property
    def network(self) -> Mapping[str, Any]:
        """The awsvpcConfiguration, as far as it is known."""
        found = self.contract.get("network_configuration") or {}
        network: Mapping[str, Any] = found.get("awsvpcConfiguration") or {}
        return network


def images_of(tasks: Sequence[DrawnTask], indexes: Iterable[str]) -> dict[str, set[str]]:
    """Return the tasks of each image, by its normalised reference.

    Args:
        tasks: the tasks.
        indexes: the texts of the contract's index of images, which has aliases too.
    """
    found: dict[str, set[str]] = {}
    for task in tasks:
        if task.image:
            found.setdefault(normalise(task.image), set()).add(task.name)
    names = {task.name for task in tasks}
    for text in indexes:
        # The doctor reports a broken parameter (contract-index).
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            for image, entries in json.loads(text).items():
                for entry in map(IndexEntry.from_json, entries):
                    found.setdefault(image, set()).update(names & set(entry.names))
    return found


def draw_task(draft: Draft, task: DrawnTask) -> str:
    """Draw a task and what it needs; return the id of its parameter."""
    parameter = draft.add(
        "parameter",
        task.parameter,
        details=[
            ("task", task.name),
            ("container", str(task.contract.get("container_name") or "")),
            ("runs on", _runs_on(task.contract)),
            ("public address", str(task.network.get("assignPublicIp") or "").lower()),
        ],
    )
    definition = draft.add("definition", task.family, details=_size(task.definition))
    draft.link(parameter, definition)
    if cluster := str(task.contract.get("cluster") or "").rpartition("/")[2]:
        draft.link(parameter, draft.add("cluster", cluster))
    for kind, key in (("subnet", "subnets"), ("security_group", "securityGroups")):
        for one in task.network.get(key) or ():
            draft.link(parameter, draft.add(kind, str(one)))
    for container in task.containers:
        image = draft.add("image", str(container["image"]))
        draft.link(definition, image, str(container["name"]))
    for reference in task.references:
        draft.link(definition, draw_secret(draft, reference))
    for group in task.log_groups:
        draft.link(definition, draft.add("log_group", group))
    for label, key in (
        ("starts the task", "executionRoleArn"),
        ("is the program's", "taskRoleArn"),
    ):
        if arn := task.definition.get(key):
            draft.link(definition, draw_role(draft, str(arn)), label)
    for volume in task.definition.get("volumes") or ():
        if system := (volume.get("efsVolumeConfiguration") or {}).get("fileSystemId"):
            draft.link(definition, draft.add("file_system", str(system)), str(volume["name"]))
    return parameter


def draw_secret(draft: Draft, reference: Reference) -> str:
    """Draw a secret or a secret parameter; return its id. Its value is never read."""
    service = "Secrets Manager" if reference.service == "secretsmanager" else "Parameter Store"
    name = reference.name.partition(":secret:")[2] or reference.name
    return draft.add("secret", reference.name, name, [("in", service)])


def draw_key(draft: Draft, owner: str, key: str) -> None:
    """Draw the KMS key that a thing is encrypted with."""
    if key:
        draft.link(owner, draft.add("key", key.rpartition(":key/")[2], details=[("ARN", key)]))


def draw_role(draft: Draft, arn: str, trust: str | Mapping[str, Any] | None = None) -> str:
    """Draw a role; return its id.

    Args:
        draft: the picture.
        arn: the role's ARN, or its name.
        trust: its trust policy, where that is known.
    """
    name = arn.rpartition("/")[2]
    details = [("ARN", arn)] if arn.startswith("arn:") else []
    if trust:
        try:
            details.append(("trusts", ", ".join(sorted(trusted_services(trust)))))
        except NotJudgedError as error:
            draft.note(f"The trust policy of {name} is not read: {error}.")
    return draft.add("role", name, details=details)


def draw_policy(
    draft: Draft, role: str, name: str, document: str | Mapping[str, Any] | None
) -> None:
    """Draw a policy that a role has, with its rights in words.

    Args:
        draft: the picture.
        role: the role's name.
        name: the policy's name, or the ARN of a managed one.
        document: the policy; None where it is not known.
    """
    managed = name.startswith("arn:")
    if document is None:
        rights = ["What it allows is not known."]
    else:
        try:
            rights = policy_in_words("who has it" if managed else role, document)
        except NotJudgedError as error:
            rights = [f"It cannot be put into words: {error}."]
    policy = draft.add(
        "policy",
        name if managed else f"{role}/{name}",
        name.rpartition("/")[2],
        [("ARN", name)] if managed else [("of", role)],
        rights,
    )
    draft.link(draft.add("role", role), policy)


def draw_dags(
    draft: Draft, dags: Mapping[str, Iterable[str]], parameters: Mapping[str, str]
) -> list[str]:
    """Draw the DAGs that name a task; return their ids.

    Args:
        draft: the picture.
        dags: the tasks that each file names.
        parameters: the ids of the tasks' parameters.
    """
    found = []
    for path, tasks in sorted(dags.items()):
        for task in sorted(tasks):
            dag = draft.add("dag", path)
            draft.link(dag, parameters[task])
            found.append(dag)
    return list(dict.fromkeys(found))


def _runs_on(contract: Mapping[str, Any]) -> str:
    strategy = contract.get("capacity_provider_strategy") or ()
    shares = [
        f"{one.get('capacityProvider')} (weight {one.get('weight', 0)})" for one in strategy
    ]
    return ", ".join(shares) or str(contract.get("launch_type") or "")


def _size(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    platform = definition.get("runtimePlatform") or {}
    storage = definition.get("ephemeralStorage") or {}
    facts = {
        "revision": definition.get("revision"),
        "cpu": definition.get("cpu"),
        "memory in MiB": definition.get("memory"),
        "network mode": definition.get("networkMode"),
        "architecture": platform.get("cpuArchitecture"),
        "ephemeral storage in GiB": storage.get("sizeInGiB"),
    }
    return [(label, str(value)) for label, value in facts.items() if value]
