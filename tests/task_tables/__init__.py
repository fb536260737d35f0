"""Tables of tasks: mistakes beside accepted values, and each field with its effect."""

from task_tables.containers import CONTAINERS, VALUES
from task_tables.fargate import FARGATE
from task_tables.mistake import Mistake, Task
from task_tables.network import NETWORK
from task_tables.places import PLACES, SIZES
from task_tables.values import FORMS, ROLES
from task_tables.windows import WINDOWS_LACKS

MISTAKES = (
    *SIZES,
    *PLACES,
    *FARGATE,
    *WINDOWS_LACKS,
    *NETWORK,
    *CONTAINERS,
    *VALUES,
    *ROLES,
    *FORMS,
)

__all__ = ["MISTAKES", "Mistake", "Task"]
