"""DockerOperator's arguments, run on ECS: a DAG changes its import line and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from mwaa_ecs_operator._airflow import AirflowFailException, mask_secret
from mwaa_ecs_operator.contract import Contract, IndexEntry, TaskContract
from mwaa_ecs_operator.docker_arguments import (
    check_refused,
    choose,
    definition_of,
    notes,
    parse_env_file,
    refusal,
    size_of,
)
from mwaa_ecs_operator.ecs_operator import EcsTaskOperator
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.hidden import Hidden
from mwaa_ecs_operator.overrides import environment_map
from mwaa_ecs_operator.registering import derive

if TYPE_CHECKING:
    from mwaa_ecs_operator.aws import Clients
    from mwaa_ecs_operator.records import DeviceRequest, Mount, Ulimit

_REFUSE, _OVERRIDE = "refuse", "override"
_CONTAINER_FIELDS = {
    "entrypoint": "entryPoint",
    "user": "user",
    "working_dir": "workingDirectory",
}


class DockerOperator(EcsTaskOperator):
    """Run an image on ECS with the arguments of Airflow's DockerOperator.

    The contract's index finds the module's task that runs the image. What ECS cannot do is
    refused when the Airflow task runs, with the argument, its value and what to do; what only a
    Docker host has is dropped with one note in the log. docs/operator.md lists every argument.

    Args:
        private_environment: names that the task definition has as secrets need no value here;
            others are refused unless `on_private_environment="override"`.
        on_private_environment: "refuse", or "override": pass the values in RunTask's overrides,
            where whoever may describe the task can read them.
        register: where the call needs another entry point, user or working directory than the
            task, register a definition of a family of its own. Needs `policy.register`.
        kwargs: further arguments of EcsTaskOperator and BaseOperator.
    """

    template_fields: ClassVar[Sequence[str]] = (
        *EcsTaskOperator.template_fields,
        "env_file",
        "container_name",
        "mounts",
        "volumes",
        "entrypoint",
        "user",
        "working_dir",
        "mem_limit",
        "cpus",
        "network_mode",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {
        **EcsTaskOperator.template_fields_renderers,
        "env_file": "yaml",
    }

    def __init__(
        self,
        *,
        image: str,
        api_version: str | None = None,
        command: str | list[str] | None = None,
        container_name: str | None = None,
        cpus: float = 1.0,
        docker_url: str | list[str] | None = None,
        environment: dict[str, Any] | None = None,
        private_environment: dict[str, Any] | None = None,
        env_file: str | None = None,
        force_pull: bool = False,
        mem_limit: float | str | None = None,
        host_tmp_dir: str | None = None,
        network_mode: str | None = None,
        tls_ca_cert: str | None = None,
        tls_client_cert: str | None = None,
        tls_client_key: str | None = None,
        tls_verify: bool = True,
        tls_hostname: str | bool | None = None,
        tls_ssl_version: str | None = None,
        mount_tmp_dir: bool = True,
        tmp_dir: str = "/tmp/airflow",  # noqa: S108 - DockerOperator's default
        user: str | int | None = None,
        mounts: list[Mount | dict[str, Any]] | None = None,
        entrypoint: str | list[str] | None = None,
        working_dir: str | None = None,
        xcom_all: bool = False,
        docker_conn_id: str | None = None,
        dns: list[str] | None = None,
        dns_search: list[str] | None = None,
        auto_remove: Any = "never",
        shm_size: int | None = None,
        tty: bool = False,
        hostname: str | None = None,
        privileged: bool = False,
        cap_add: Iterable[str] | None = None,
        extra_hosts: dict[str, str] | None = None,
        retrieve_output: bool = False,
        retrieve_output_path: str | None = None,
        timeout: int = 60,
        device_requests: list[DeviceRequest] | None = None,
        log_opts_max_size: str | None = None,
        log_opts_max_file: str | None = None,
        ipc_mode: str | None = None,
        skip_on_exit_code: int | Sequence[int] | None = None,
        port_bindings: dict[Any, Any] | None = None,
        ulimits: list[Ulimit] | None = None,
        labels: dict[str, str] | list[str] | None = None,
        skip_exit_code: int | Sequence[int] | None = None,
        volumes: Sequence[str] | None = None,
        xcom_push: bool | None = None,
        register: bool = False,
        on_private_environment: str = _REFUSE,
        **kwargs: Any,
    ) -> None:
        # Old names: `volumes` until version 2 of the docker provider, `xcom_push` of Airflow 1.
        if xcom_push is not None:
            kwargs.setdefault("do_xcom_push", xcom_push)
        super().__init__(
            image=image,
            command=command,
            environment=environment,
            xcom_all=xcom_all,
            # Its old name, until version 4 of the docker provider.
            skip_on_exit_code=skip_exit_code
            if skip_on_exit_code is None
            else skip_on_exit_code,
            **kwargs,
        )
        self.container_name = container_name
        self.cpus = cpus
        self._private_environment = _hidden(private_environment)
        self.env_file = env_file
        self.mem_limit = mem_limit
        self.network_mode = network_mode
        self.user = user
        self.mounts = mounts or []
        self.volumes = volumes or []
        self.entrypoint = entrypoint
        self.working_dir = working_dir
        self.register = register
        self.on_private_environment = on_private_environment
        dropped = {
            "api_version": api_version,
            "docker_url": docker_url,
            "tls_ca_cert": tls_ca_cert,
            "tls_client_cert": tls_client_cert,
            "tls_client_key": tls_client_key,
            "tls_hostname": tls_hostname,
            "tls_ssl_version": tls_ssl_version,
            "tty": tty,
            "force_pull": force_pull,
            "log_opts_max_size": log_opts_max_size,
            "log_opts_max_file": log_opts_max_file,
            "host_tmp_dir": host_tmp_dir,
            "hostname": hostname,
            "labels": labels,
            "docker_conn_id": docker_conn_id,
            "dns": dns,
            "dns_search": dns_search,
            "shm_size": shm_size,
            "privileged": privileged,
            "cap_add": cap_add,
            "extra_hosts": extra_hosts,
            "retrieve_output": retrieve_output,
            "retrieve_output_path": retrieve_output_path,
            "device_requests": device_requests,
            "ipc_mode": ipc_mode,
            "port_bindings": port_bindings,
            "ulimits": ulimits,
        }
        self._given = tuple(dropped)
        # Subclasses read and change what DockerOperator keeps, and name it in template_fields.
        unused = {
            "auto_remove": auto_remove,
            "timeout": timeout,
            "mount_tmp_dir": mount_tmp_dir,
            "tmp_dir": tmp_dir,
            "tls_verify": tls_verify,
        }
        for name, value in {**dropped, **unused}.items():
            setattr(self, name, value)
        self._entry: IndexEntry | None = None
        self._changes: dict[str, Any] = {}

    @classmethod
    def partial(cls, **kwargs: Any) -> Any:
        """Map over arguments. Airflow stores the others with the DAG, but not a secret."""
        if "private_environment" in kwargs:
            kwargs["private_environment"] = _hidden(kwargs["private_environment"])
        return super().partial(**kwargs)

    def find_task(self, contract: Contract) -> str:
        """Return the task that runs the image with the definition that the call asks for."""
        given = {
            **{name: getattr(self, name) for name in self._given},
            "network_mode": self.network_mode,
            "container_name": self.container_name,
        }
        check_refused(given)
        wanted = definition_of(
            entrypoint=self.entrypoint,
            user=self.user,
            working_dir=self.working_dir,
            mounts=[*self.mounts, *self.volumes],
        )
        entries = contract.tasks_of(str(self.image))
        if self.task:
            entries = [
                replace(entry, task=str(self.task), also=(), count=1)
                for entry in entries
                if entry.may_be(str(self.task))
            ]
            if not entries:
                return super().find_task(contract)
        self._entry = choose(str(self.image), entries, wanted)
        differences = wanted.differences(self._entry)
        if differences and not (self.register and "mounts" not in differences):
            raise RefusedError(refusal(self._entry, differences))
        self._changes = {
            _CONTAINER_FIELDS[argument]: asked for argument, (asked, _) in differences.items()
        }
        for note in notes(given):
            self.log.info("%s", note)
        return self._entry.task

    def adapt(self, contract: TaskContract, clients: Clients, ssm_prefix: str) -> TaskContract:
        """Return the contract with a definition of its own, where the call needs another."""
        if not self._changes:
            return contract
        family = derive(
            clients,
            contract.task_definition,
            contract.container_name,
            self._changes,
            ssm_prefix,
        )
        self.log.info("Runs the task definition %s, derived from %s", family, contract.task)
        return replace(contract, task_definition=family)

    def build_overrides(self, contract: TaskContract, context: Any) -> dict[str, Any]:
        """Return RunTask's overrides: env_file < environment < private_environment."""
        overrides = super().build_overrides(contract, context)
        if self._entry is None:
            raise RefusedError("build_overrides is called before find_task")
        overrides |= size_of(self.mem_limit, self.cpus, self._entry)
        main = overrides["containerOverrides"][0]
        variables = {pair["name"]: pair["value"] for pair in main.get("environment", ())}
        if self.env_file:
            variables = {**parse_env_file(str(self.env_file)), **variables}
        variables.update(self._private(self._entry))
        main["environment"] = [{"name": k, "value": v} for k, v in variables.items()]
        return overrides

    def _private(self, entry: IndexEntry) -> dict[str, str]:
        names = [
            name for name in self._private_environment.reveal() if name not in entry.secrets
        ]
        if not names:
            return {}
        if self.on_private_environment != _OVERRIDE:
            raise RefusedError(
                f"private_environment has {', '.join(sorted(names))}, which task {entry.task!r}"
                " does not have as secrets. Put the values into Secrets Manager or Parameter"
                " Store and name them in secrets of the task, or give"
                ' on_private_environment="override" and accept that whoever may describe the'
                " task can read them"
            )
        for name in names:
            mask_secret(str(self._private_environment.reveal()[name]))
        found = environment_map(self._private_environment.reveal())
        return {name: found[name] for name in names if name in found}

    # -- what subclasses of the real one may touch -------------------------------------------

    def _no_docker(self) -> Any:
        raise AirflowFailException(
            "This subclass of DockerOperator uses Docker's client (hook, cli or _run_image),"
            " which ECS does not have. Wrap execute() and call super().execute(context) instead"
        )

    hook = cli = property(_no_docker)

    def _run_image(self, *_: Any, **__: Any) -> Any:
        return self._no_docker()


def _hidden(variables: Mapping[str, Any] | Hidden | None) -> Hidden:
    return variables if isinstance(variables, Hidden) else Hidden(dict(variables or {}))
