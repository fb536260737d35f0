"""Tables of tasks: mistakes beside something legal, and each field with its effect."""

from task_tables.containers import CONTAINERS, VALUES
from task_tables.fargate import FARGATE
from task_tables.mistake import Mistake, Task
from task_tables.network import NETWORK
from task_tables.places import PLACES, SIZES
from task_tables.values import FORMS, ROLES
from task_tables.windows import WINDOWS_LACKS

# By the file of native tests that tests/write_task_tests.py makes of them.
GROUPS = {
    "sizes": SIZES,
    "places": PLACES,
    "fargate": FARGATE,
    "windows": WINDOWS_LACKS,
    "networks": NETWORK,
    "containers": CONTAINERS,
    "values": (*VALUES, *ROLES),
    "forms": FORMS,
}
MISTAKES = tuple(mistake for group in GROUPS.values() for mistake in group)

__all__ = ["GROUPS", "MISTAKES", "Mistake", "Task"]
