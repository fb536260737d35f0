"""A working folder and a state an environment, and Terraform in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.environments.caller import Caller
from mwaa_ecs.environments.files import write_whole
from mwaa_ecs.environments.folder import Environment
from mwaa_ecs.environments.module import Module
from mwaa_ecs.environments.settings import Backend
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.plan import Plan
from mwaa_ecs.terraform import Event, Terraform, TerraformError

WORK = ".mwaa-ecs"
# Settings of a user's shell that would make Terraform work on another state.
_UNSET = ("TF_WORKSPACE", "TF_CLI_ARGS")


@dataclass(frozen=True)
class SavedPlan:
    """A plan on disk, and what it says."""

    path: Path
    plan: Plan
    has_changes: bool


class Workspace:
    """Terraform for one environment.

    Args:
        environment: what to roll out.
        module: the root configuration that takes its variables.
        caller: who calls AWS; None where nothing is asked of AWS.
        providers: variables that let Terraform find its providers.
        on_event: told of what Terraform does.

    Raises:
        UserError: the module's `backend` block is of another kind than the environment's.
    """

    def __init__(
        self,
        environment: Environment,
        module: Module,
        *,
        caller: Caller | None,
        providers: Mapping[str, str | None],
        on_event: Callable[[Event], None],
    ) -> None:
        self.environment = environment
        self.module = module
        backend = environment.settings.backend
        _check_backend(environment.name, module, backend)
        top = module.folder / WORK
        self.folder = top / environment.name
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (top / ".gitignore").exists():
            # Plans hold secrets, and nothing in here is worth keeping.
            write_whole(top / ".gitignore", "*\n")
        stateless = backend.type == "local" and not module.backend
        unset = {name: None for name in os.environ if name.startswith(_UNSET)}
        self._terraform = Terraform(
            module.folder,
            environ={
                **unset,
                **providers,
                **(caller.environ if caller else {}),
                "TF_DATA_DIR": str(self.folder / "terraform"),
            },
            on_event=on_event,
            state=Path(str(backend.settings["path"])) if stateless else None,
        )

    @property
    def var_file(self) -> Path:
        """The rendered variables that this workspace plans with."""
        return self.folder / f"{self.environment.name}.tfvars.json"

    def init(self) -> None:
        """Get modules and providers, and reach the state.

        Raises:
            OperationError: Terraform failed.
        """
        write_whole(self.var_file, self.environment.tfvars)
        config = None
        if self.module.backend:
            config = self.folder / f"{self.environment.name}.tfbackend"
            write_whole(config, backend_text(self.environment.settings.backend))
        elif self.environment.settings.backend.type == "local":
            path = Path(str(self.environment.settings.backend.settings["path"]))
            path.parent.mkdir(parents=True, exist_ok=True)
        with _clearer(self.environment.name):
            self._terraform.init(backend_config=config)

    def plan(self, out: Path | None = None, *, destroy: bool = False) -> SavedPlan:
        """Plan, and save the plan.

        Raises:
            OperationError: Terraform failed.
        """
        path = (out or self.folder / "plan.tfplan").resolve()
        with _clearer(self.environment.name):
            changes = self._terraform.plan(path, var_file=self.var_file, destroy=destroy)
            return SavedPlan(path, Plan(self._terraform.show(path)), changes)

    def read(self, path: Path) -> SavedPlan:
        """Read a plan that was saved before.

        Raises:
            UserError: there is none.
            OperationError: it is no plan of this configuration.
        """
        if not path.is_file():
            raise UserError(f"--plan: there is no file {str(path)!r}; make it with plan --out")
        with _clearer(self.environment.name):
            plan = Plan(self._terraform.show(path.resolve()))
        return SavedPlan(path.resolve(), plan, plan.raw.get("applyable", True))

    def apply(self, saved: SavedPlan) -> None:
        """Apply a saved plan, and nothing else.

        Raises:
            OperationError: Terraform failed; the state holds what was made.
        """
        with _clearer(self.environment.name):
            self._terraform.apply(saved.path)
        saved.path.unlink(missing_ok=True)

    def outputs(self) -> dict[str, object]:
        """Return the outputs by name.

        Raises:
            OperationError: Terraform failed.
        """
        with _clearer(self.environment.name):
            return self._terraform.output()


def backend_text(backend: Backend) -> str:
    """Return a backend's settings as `terraform init -backend-config=FILE` reads them."""
    settings = dict(backend.settings)
    role_arn = settings.pop("role_arn", None)
    lines = [f"{name} = {json.dumps(value)}" for name, value in sorted(settings.items())]
    if role_arn is not None:
        lines.append(f"assume_role = {{ role_arn = {json.dumps(role_arn)} }}")
    return "\n".join(lines) + "\n"


def _check_backend(name: str, module: Module, backend: Backend) -> None:
    if backend.type == (module.backend or "local"):
        return
    if backend.type == "s3" and not module.backend:
        raise UserError(
            f"{name}: backend.type is s3, but {module.folder} declares no backend; write "
            'into one of its .tf files: terraform { backend "s3" {} }'
        )
    raise UserError(
        f"{name}: backend.type is {backend.type}, but {module.folder} declares the backend "
        f"{module.backend!r}; make them the same"
    )


class _clearer:  # noqa: N801 - a context manager, used like a function
    """Say what to do where Terraform only says what happened."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, KeyboardInterrupt):
            raise OperationError(
                f"{self.name}: interrupted; Terraform has ended and the state is kept. Say "
                f"mwaa-ecs plan {self.name} to see what is left to do"
            ) from None
        if not isinstance(error, TerraformError):
            return
        text = str(error)
        if "acquiring the state lock" in text:
            hint = (
                "somebody else is working on this state. Wait until they are done; only if "
                "nobody is, and you know whose lock it was, free it with terraform force-unlock"
            )
        elif "Saved plan is stale" in text:
            hint = f"the state has changed since that plan was made; plan {self.name} again"
        elif "Backend configuration changed" in text or "Backend initialization" in text:
            hint = (
                "the YAML names another state than last time. Move the state there with "
                "terraform init -migrate-state, or set the backend back"
            )
        elif "no space left on device" in text.lower():
            hint = "the disk is full; make room before anything else, the state was not lost"
        else:
            return
        raise OperationError(f"{self.name}: {hint}\n{text}") from None
