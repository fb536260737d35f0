"""The inventory of a plan."""

from __future__ import annotations

import yaml

from mwaa_ecs.plan import inventory_differences
from mwaa_ecs.plan.inventory import inventory_text
from unit.plan.plans import change, plan


def test_an_inventory_keeps_secrets_and_made_up_ids_out() -> None:
    one = plan(
        change(
            "aws_ssm_parameter.this",
            "aws_ssm_parameter",
            None,
            {"name": "a", "value": "hunter2", "insecure_value": "subnet-0123456789abcdef0"},
            after_sensitive={"value": True},
        )
    )
    text = inventory_text(one)
    assert "hunter2" not in text
    assert yaml.safe_load(text)["values"]["aws_ssm_parameter.this"] == {
        "name": "a",
        "insecure_value": "subnet-*",
    }
    assert inventory_differences(one, text) == ""
    other = plan(change("aws_ssm_parameter.this", "aws_ssm_parameter", None, {"name": "b"}))
    assert "-    name: a\n+    name: b" in inventory_differences(other, text).replace(
        "-    insecure_value: subnet-*\n", ""
    )
