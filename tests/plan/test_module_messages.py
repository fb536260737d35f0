"""Messages of the modules' preconditions, postconditions and checks: value and remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kept_state import kept, state_of
from module_mistakes import (
    ACCEPTED,
    FILES,
    MISTAKES,
    Message,
    create_faults,
    filled,
)
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import Terraform, TerraformError
from mwaa_ecs.terraform.configuration import copy_configuration

BY_NAME = {f"{case.module}-{number}": case for number, case in enumerate(MISTAKES)}
EACH = {
    f"{name}-{number}": (name, message)
    for name, case in BY_NAME.items()
    for number, message in enumerate(case.messages)
}

Messages = dict[str, dict[str, frozenset[str]]]
"""By module instance and object; those of an object's instances are the same."""


@pytest.fixture(scope="module")
def ids(local_aws: LocalAws, account: Account) -> dict[str, str]:
    return create_faults(local_aws, account)


@pytest.fixture(scope="module")
def messages(
    repository: Path, ids: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Messages:
    """Return the messages of one plan with all mistakes, by mistake."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "empty").mkdir()
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    calls: dict[str, Any] = {}
    for name, case in BY_NAME.items():
        source = f"modules/{case.module}"
        if not (folder / source).exists():
            copy_configuration(repository / source, folder / source)
        inputs = filled({**ACCEPTED[case.module], **case.inputs}, ids)
        calls[name] = {"source": f"./{source}", **inputs}
    (folder / "main.tf.json").write_text(json.dumps({"provider": {"aws": {}}, "module": calls}))
    state = state_of(
        kept(name, address, filled(attributes, ids))
        for name, case in BY_NAME.items()
        for address, attributes in case.state.items()
    )
    (folder / "terraform.tfstate").write_text(json.dumps(state))
    terraform = Terraform(folder)
    terraform.init()
    with pytest.raises(TerraformError) as refused:
        terraform.plan(folder / "refused.tfplan")
    # The plan that failed names the module instance of each message; the errors do not.
    found: Messages = {name: {} for name in BY_NAME}
    shown = terraform.show(folder / "refused.tfplan")
    assert "checks" in shown, refused.value
    for check in shown["checks"]:
        instance = check["address"]["module"]
        about = check["address"]["to_display"].removeprefix(f"{instance}.")
        texts = frozenset(
            problem["message"]
            for one in check.get("instances", ())
            for problem in one.get("problems", ())
        )
        if texts:
            found[instance.removeprefix("module.")][about] = texts
    return found


@pytest.mark.parametrize(("name", "message"), EACH.values(), ids=EACH)
def test_a_mistake_is_reported_with_value_and_remedy(
    name: str, message: Message, messages: Messages, ids: dict[str, str]
) -> None:
    found = message.among(messages[name])
    assert len(found) == 1, found
    (said,) = found
    for part in filled(message.parts, ids):
        assert part in said


@pytest.mark.parametrize("name", BY_NAME)
def test_nothing_else_is_reported(name: str, messages: Messages) -> None:
    reported = [about for about, texts in messages[name].items() for _ in texts]
    assert sorted(reported) == sorted(message.about for message in BY_NAME[name].messages)
