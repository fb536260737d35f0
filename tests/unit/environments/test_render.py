"""What a team gets for YAML that is right, and what happens to the files on disk."""

from __future__ import annotations

import errno
import json
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.environments import (
    EnvironmentFolder,
    Rendered,
    change_lines,
    left_over,
    load_module,
    render,
)
from mwaa_ecs.errors import OperationError

from .conftest import DEFAULTS, Render, Write


def values(rendered: Render, files: dict[str, str | bytes]) -> dict[str, Any]:
    (only,) = rendered(files)
    found: dict[str, Any] = json.loads(only.new)
    return found


def test_an_environment_that_adds_nothing_has_the_defaults(rendered: Render) -> None:
    assert values(rendered, {"dev.yaml": "{}\n"}) == {
        "name": "etl-dev",
        "network": {"subnet_ids": ["subnet-a1", "subnet-b2"]},
        "tasks": {"etl": {"image": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/etl:1.4"}},
    }


def test_maps_are_merged_lists_replaced_and_null_removes(rendered: Render) -> None:
    found = values(
        rendered,
        {
            "defaults.yaml": f"{DEFAULTS}  tags: {{gone: x}}\n",
            "tasks/new.yaml": "image: new:0\nsidecars: {log: {image: log:1}}\n",
            "dev.yaml": """
inputs:
  network: {subnet_ids: [subnet-c3]}
  tags: {team: data, gone: null}
  tasks:
    etl: {cpu: 1024}
    new: {image: new:1, sidecars: {log: null}}
""",
        },
    )
    assert found["network"] == {"subnet_ids": ["subnet-c3"]}
    assert found["tags"] == {"team": "data"}
    assert found["tasks"]["etl"]["cpu"] == 1024
    assert found["tasks"]["etl"]["image"].endswith("etl:1.4")
    assert found["tasks"]["new"] == {"image": "new:1", "sidecars": {}}
    removed = values(rendered, {"dev.yaml": "inputs: {tasks: {etl: null}}\n"})
    assert list(removed["tasks"]) == ["new"]


def test_names_are_filled_in_everywhere_and_keep_their_type(rendered: Render) -> None:
    found = values(
        rendered,
        {
            "dev.yaml": """
region: us-gov-west-1
vars: {cpu: 512, public: true, tag: "1.${cpu}", image: "etl:${tag}"}
inputs:
  tags: {partition: "${partition}", literal: "$${HOME}", percent: "%{x}"}
  tasks:
    etl: {cpu: "${cpu}", public: "${public}", image: "${image}", command: ["${region}"]}
"""
        },
    )
    assert found["tags"] == {"partition": "aws-us-gov", "literal": "${HOME}", "percent": "%{x}"}
    assert found["tasks"]["etl"] == {
        "cpu": 512,
        "public": True,
        "image": "etl:1.512",
        "command": ["us-gov-west-1"],
    }


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("ap-southeast-7", "aws"),
        ("mx-central-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-iso-west-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_the_partition_follows_from_the_region(
    rendered: Render, region: str, partition: str
) -> None:
    found = values(
        rendered, {"dev.yaml": f"region: {region}\ninputs: {{tags: {{p: '${{partition}}'}}}}\n"}
    )
    assert found["tags"] == {"p": partition}


def test_shared_tasks_lie_below_the_defaults(rendered: Render) -> None:
    found = values(
        rendered,
        {
            "tasks/nightly.yaml": "image: nightly:${environment}\ncpu: 512\n",
            "tasks/etl.yaml": "image: other:1\nmemory: 1024\n",
            "dev.yaml": "inputs: {tasks: {nightly: {cpu: 1024}}}\n",
        },
    )
    assert found["tasks"]["nightly"] == {"image": "nightly:dev", "cpu": 1024}
    assert found["tasks"]["etl"]["memory"] == 1024
    assert "etl:1.4" in found["tasks"]["etl"]["image"]


def test_the_tasks_defaults_are_below_every_task_of_every_file(rendered: Render) -> None:
    dev, prod = rendered(
        {
            "defaults.yaml": f"{DEFAULTS}task_defaults: {{cpu: 512, memory: 1024, environment: "
            "{STAGE: '${environment}', DEBUG: '1'}}\n",
            "tasks/rates.yaml": "image: r:1\nmemory: null\nenvironment: {DEBUG: null}\n",
            "dev.yaml": "task_defaults: {memory: 2048}\n",
            "prod.yaml": "inputs:\n  tasks:\n    etl: {cpu: 4096}\n    new: {image: n}\n",
        }
    )
    tasks = json.loads(dev.new)["tasks"]
    assert tasks["etl"].pop("image").endswith("/etl:1.4")
    given = {"STAGE": "dev", "DEBUG": "1"}
    assert tasks == {
        "etl": {"cpu": 512, "memory": 2048, "environment": given},
        # A null takes a default away, so that the variable's own applies.
        "rates": {"image": "r:1", "cpu": 512, "environment": {"STAGE": "dev"}},
    }
    tasks = json.loads(prod.new)["tasks"]
    assert (tasks["etl"]["cpu"], tasks["rates"]["cpu"], tasks["new"]["cpu"]) == (4096, 512, 512)
    assert tasks["new"]["environment"] == {"STAGE": "prod", "DEBUG": "1"}


def test_layers_lie_between_the_defaults_and_the_environment_in_their_order(
    rendered: Render,
) -> None:
    dev_eu, prod_eu, prod_us = rendered(
        {
            "layers/prod-like.yaml": "inputs: {tags: {tier: prod, of: a}}\n"
            "task_defaults: {cpu: 1024}\n",
            "layers/eu.yaml": "region: eu-west-3\n"
            "inputs: {tags: {where: '${region}', of: b}}\n",
            "prod-eu.yaml": "layers: [prod-like, eu]\ninputs: {tags: {tier: gold}}\n",
            "dev-eu.yaml": "layers: [eu]\n",
            "prod-us.yaml": "layers: [prod-like]\n",
        },
        "prod-eu",
        "dev-eu",
        "prod-us",
    )  # fmt: skip
    assert [json.loads(one.new)["tags"] for one in (prod_eu, dev_eu, prod_us)] == [
        {"tier": "gold", "where": "eu-west-3", "of": "b"},
        {"where": "eu-west-3", "of": "b"},
        {"tier": "prod", "of": "a"},
    ]
    assert json.loads(prod_us.new)["tasks"]["etl"]["cpu"] == 1024


def test_one_bucket_name_in_two_partitions_is_two_states(rendered: Render) -> None:
    backend = "backend: {type: s3, bucket: b, key: k}\n"
    found = rendered({"dev.yaml": backend, "gov.yaml": f"region: us-gov-west-1\n{backend}"})
    assert [environment.name for environment in found] == ["dev", "gov"]


def test_a_state_that_a_table_locks_is_accepted(rendered: Render) -> None:
    backend = "backend: {type: s3, bucket: b, key: k, dynamodb_table: locks}\n"
    assert [one.name for one in rendered({"dev.yaml": backend})] == ["dev"]


def test_numbers_in_texts_read_as_they_are_written(rendered: Render) -> None:
    found = values(
        rendered,
        {
            "dev.yaml": "vars: {a: 2, b: 1.5, c: '1.10', d: 1.10}\n"
            "inputs: {name: '${a}-${b}-${c}', tasks: {etl: {cpu: '${d}'}}}\n"
        },
    )
    assert (found["name"], found["tasks"]["etl"]["cpu"]) == ("2-1.5-1.10", 1.1)


def test_null_asks_for_the_default_of_what_the_type_knows(rendered: Render) -> None:
    found = values(
        rendered,
        {"dev.yaml": "profile: null\ninputs: {password: null, tasks: {etl: {cpu: ~}}}\n"},
    )
    assert "password" not in found
    assert "cpu" not in found["tasks"]["etl"]


def test_the_same_input_gives_the_same_bytes_whatever_the_order_of_keys(
    rendered: Render,
) -> None:
    (one,) = rendered({"dev.yaml": "inputs:\n  tags: {b: x, a: é}\n  name: n\n"})
    (two,) = rendered({"dev.yaml": "inputs:\n  name: n\n  tags: {a: é, b: x}\n"})
    assert one.new == two.new
    assert one.new == json.dumps(
        json.loads(one.new), indent=2, sort_keys=True, ensure_ascii=False
    ) + "\n"  # fmt: skip


def test_only_the_environment_that_is_asked_for_must_be_right(rendered: Render) -> None:
    (dev,) = rendered({"dev.yaml": "{}\n", "prod.yaml": "regoin: x\n"}, "dev")
    assert dev.name == "dev"


def test_a_file_is_stale_until_it_is_written(rendered: Render) -> None:
    (dev,) = rendered({"dev.yaml": "{}\n"})
    assert dev.is_stale
    assert change_lines([dev]) == ["+ envs/dev.tfvars.json: new file"]
    dev.write()
    (dev,) = rendered({"dev.yaml": "{}\n"})
    assert not dev.is_stale
    assert change_lines([dev]) == []
    (dev,) = rendered({"dev.yaml": "inputs: {name: other}\n"})
    assert dev.is_stale
    assert change_lines([dev]) == ['~ name: "etl-dev" -> "other"  (dev)']


def changed(name: str, old: object, new: object) -> Rendered:
    texts = (one if isinstance(one, str) else json.dumps(one) for one in (old, new))
    return Rendered(name, Path(f"{name}.tfvars.json"), *texts)


def image(account: int, repository: str, tag: str) -> str:
    return f"{account}.dkr.ecr.eu-west-1.amazonaws.com/{repository}:{tag}"


def test_one_change_is_one_line_whatever_the_number_of_tasks_and_environments() -> None:
    def release(account: int, tag: str) -> dict[str, Any]:
        return {"tasks": {f"t{n}": {"image": image(account, f"r{n}", tag)} for n in range(10)}}

    found = [changed(f"e{n}", release(n, "1.4"), release(n, "1.5")) for n in range(30)]
    (line,) = change_lines(found)
    assert line.startswith(
        '~ tasks.t0.image, tasks.t1.image, tasks.t2.image and 7 more: "...1.4"'
    )
    assert line.endswith(f'-> "...1.5"  ({", ".join(f"e{n}" for n in range(30))})')


def test_changes_of_every_kind_are_shown() -> None:
    old = {"a": 1, "b": True, "gone": [1], "list": [{"x": 1}], "s": "k/one:1/end", "z": 1}
    new = {
        "a": 2,
        "b": 1,
        "come": {"y": None},
        "list": [{"x": 2}],
        "s": "k/two:1/end",
        "z": 1.0,
    }
    assert change_lines([changed("dev", old, new)]) == [
        "~ a, list.0.x: 1 -> 2  (dev)",
        "~ b: true -> 1  (dev)",
        '+ come = {"y": null}  (dev)',
        "- gone = [1]  (dev)",
        '~ s: "...one..." -> "...two..."  (dev)',
        "~ z: 1 -> 1.0  (dev)",
    ]
    assert change_lines(
        [changed("a", '{"x":1}', {"x": 1}), changed("b", "{", {}), changed("c", "", {})]
    ) == [
        "~ a.tfvars.json: only its layout changes",
        "+ b.tfvars.json: it is not JSON, and is written anew",
        "+ c.tfvars.json: it is not JSON, and is written anew",
    ]


def test_files_that_belong_to_no_environment_are_told_and_kept(
    team: Write, tmp_path: Path
) -> None:
    folder = team({"dev.yaml": "{}\n", "mine.tfvars.json": "{}\n"})
    environments = EnvironmentFolder(folder, load_module(tmp_path))
    (dev,) = render(environments)
    dev.write()
    assert [path.name for path in left_over(environments)] == ["mine.tfvars.json"]
    assert (folder / "mine.tfvars.json").exists()


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_whole(
    rendered: Render, team: Write, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    (dev,) = rendered({"dev.yaml": "{}\n"})
    dev.write()
    folder = team({"dev.yaml": "inputs: {name: other}\n"})
    before = sorted((path.name, path.read_bytes()) for path in folder.iterdir())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    (dev,) = rendered({})
    with pytest.raises(OperationError, match="No space left on device; what was there before"):
        dev.write()
    assert sorted((path.name, path.read_bytes()) for path in folder.iterdir()) == before


def test_a_file_that_the_system_cuts_short_is_not_kept(rendered: Render, team: Write) -> None:
    (dev,) = rendered({"dev.yaml": "{}\n"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores SIGXFSZ, so that a write over the limit fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        with pytest.raises(OperationError, match="it cannot be written"):
            dev.write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(path.name for path in team({}).iterdir()) == ["defaults.yaml", "dev.yaml"]


def test_a_variable_that_is_handed_on_has_the_modules_type(team: Write, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text(
        'variable "jobs" {}\n'
        'module "this" {\n  source = "../"\n  tasks = var.jobs\n  name = "x"\n}\n'
    )
    folder = team(
        {
            "defaults.yaml": "region: eu-west-1\naccount_id: '111111111111'\n",
            "dev.yaml": "inputs: {jobs: {etl: {imgae: x}}}\n",
        }
    )
    with pytest.raises(Exception, match=r"inputs\.jobs\.etl\.imgae: .* did you mean 'image'"):
        render(EnvironmentFolder(folder, load_module(root)))
