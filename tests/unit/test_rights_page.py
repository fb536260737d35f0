"""The policies of docs/rights-to-apply.md, without any call."""

from __future__ import annotations

from pathlib import Path

import parliament
import pytest

from rights_page import policies_of_page

# The statement's actions have no names to grant by before the things exist.
_MEANT = {"RESOURCE_STAR"}


@pytest.mark.parametrize("number", [0, 1])
def test_each_action_and_resource_of_a_policy_is_one_that_iam_knows(
    repository: Path, number: int
) -> None:
    policy = policies_of_page(repository)[number]
    found = parliament.analyze_policy_string(policy).findings
    assert [finding for finding in found if finding.issue not in _MEANT] == []
    # IAM counts no white space, and takes 6,144 characters.
    assert len("".join(policy.split())) <= 6144
