"""Plans of a folder of Terraform with other variables, as the pytest plugin shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tftest

from mwaa_ecs.plan import Plan


class Planner:
    """Plans a copy of a configuration, any number of times.

    Args:
        folder: the copy; tftest cleans up in it.
        variables: the variables of every plan.
    """

    def __init__(self, folder: Path, variables: Mapping[str, Any]) -> None:
        self.variables = dict(variables)
        self._var_file = folder / "test.tfvars.json"
        self._terraform = tftest.TerraformTest(folder.name, str(folder.parent))
        self._terraform.setup()

    def plan(self, **changed: Any) -> Plan:
        """Return a plan with some variables changed."""
        self._var_file.write_text(json.dumps({**self.variables, **changed}))
        return Plan(dict(self._terraform.plan(output=True, tf_var_file=str(self._var_file))))

    def refusal(self, **changed: Any) -> str:
        """Return Terraform's message where it refuses to plan, on one line."""
        with pytest.raises(tftest.TerraformTestError) as caught:
            self.plan(**changed)
        return re.sub(r"[\s│]+", " ", " ".join(map(str, caught.value.args)))
