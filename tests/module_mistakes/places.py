"""The state or the inputs contradict what AWS answers."""

from __future__ import annotations

from typing import Any

from module_mistakes.mistake import PLACE, Mistakes, message

# As `terraform_data` keeps it: the value with its type.
ELSEWHERE = {
    "value": {**PLACE, "region": "eu-central-1"},
    "type": ["object", dict.fromkeys(PLACE, "string")],
}
OTHER_VPC = {"value": "$other_vpc", "type": "string"}


def moved(module: str, **inputs: Any) -> Mistakes:
    """Return the mistake of a provider that works in another region than before."""
    return Mistakes(
        module,
        (
            message(
                "terraform_data.place",
                'belongs to region "eu-central-1" of account "123456789012"',
                'provider works in region "eu-west-1" of account "123456789012"',
                "Set the provider to the region and account of this state, or use another",
            ),
        ),
        {**dict.fromkeys(PLACE), **inputs},
        {
            "terraform_data.place[0]": {
                "id": "place",
                "input": ELSEWHERE,
                "output": ELSEWHERE,
            }
        },
    )


PLACES = [
    moved("execution-role"),
    moved("iam-policy"),
    moved("mwaa-environment"),
    moved("network"),
    Mistakes(
        "execution-role",
        (
            message(
                "aws_iam_role.this",
                "The role's ARN is arn:aws:iam::123456789012:role/etl",
                "and arn:aws:iam::999999999999:role/etl was expected",
                "Set account_id and partition to the provider's own, or remove them",
            ),
        ),
        {"account_id": "999999999999"},
        {"aws_iam_role.this": {"id": "etl", "name": "etl"}},
    ),
    Mistakes(
        "mwaa-environment",
        (
            message(
                "terraform_data.vpc",
                "subnet_ids: $first lies in $vpc, but the environment's VPC in this state is "
                "$other_vpc",
                'set vpc_id to "$vpc"; the plan then replaces the environment',
            ),
        ),
        {},
        {"terraform_data.vpc": {"id": "vpc", "input": OTHER_VPC, "output": OTHER_VPC}},
    ),
]
