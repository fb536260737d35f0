"""Tables of tasks: mistakes beside something legal, and each field with its effect."""

from task_tables.containers import CONTAINERS, VALUES
from task_tables.mistake import Mistake, Task
from task_tables.places import FARGATE, PLACES, SIZES

MISTAKES = (*SIZES, *FARGATE, *PLACES, *CONTAINERS, *VALUES)

__all__ = ["MISTAKES", "Mistake", "Task"]
