"""What a mutation run breaks: every rule, every message, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutation.sites import Site, apply, find_sites
from mwaa_ecs.hcl import read_blocks

TEXT = """
variable "name" {
  type = string
  validation {
    condition     = can(regex("^[a-z]+$", var.name)) # and no more
    error_message = "name is ${jsonencode(var.name)}. It must be in lower case."
  }
}

locals {
  # A text in a comment is no message.
  size_errors = compact([
    var.size > 4 ? "size is ${var.size}. It must be at most 4." : null,
    var.size < 0 ? join(" ", [
      "size is ${var.size}.", "It must not be negative.",
    ]) : null,
  ])
  all_errors = concat(local.size_errors, [for word in ["a", "b"] : word])
  unrelated  = "a text that is shown to nobody"
}

resource "terraform_data" "this" {
  lifecycle {
    precondition {
      condition     = length(local.all_errors) == 0
      error_message = join("\\n", concat(local.all_errors, ["The size is wrong."]))
    }

    precondition {
      condition     = length(local.size_errors) == 0
      error_message = join("\\n", local.size_errors)
    }
  }
}

check "role" {
  assert {
    condition     = var.size != 3
    error_message = "size is 3."
  }
}
"""


@pytest.fixture
def sites(tmp_path: Path) -> list[Site]:
    (tmp_path / "main.tf").write_text(TEXT)
    return find_sites(tmp_path, tmp_path)


def test_every_rule_and_message_is_found_with_its_object(sites: list[Site]) -> None:
    assert [(site.kind, site.owner, site.line) for site in sites] == [
        ("rule", "var.name", 5),
        ("message", "var.name", 6),
        ("message", "local.size_errors", 13),
        ("message", "local.size_errors", 14),
        ("rule", "terraform_data.this", 25),
        ("message", "terraform_data.this", 26),
        ("rule", "terraform_data.this", 30),
        ("rule", "check.role", 38),
        ("message", "check.role", 39),
    ]
    assert len({site.id for site in sites}) == len({site.marker for site in sites}) == 9


def test_what_is_broken_is_still_hcl_with_a_marker_for_each_message(sites: list[Site]) -> None:
    broken = apply(TEXT, sites)
    read_blocks(broken, "main.tf")
    assert 'can(regex("^[a-z]+$", var.name))\n) || true # and no more' in broken
    assert broken.count(' "mutant-') == 5
    assert 'split(" ", "size is 3.")[0], "mutant-' in broken


def test_a_site_keeps_its_name_when_lines_move(sites: list[Site], tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("\n\n" + TEXT)
    moved = find_sites(tmp_path, tmp_path)
    assert [site.id for site in moved] == [site.id for site in sites]


def test_a_rule_knows_the_messages_that_it_can_show(sites: list[Site]) -> None:
    by_id = {site.id: site for site in sites}
    shown = {
        site.line: sorted(by_id[message].line for message in site.messages)
        for site in sites
        if site.kind == "rule"
    }
    assert shown == {5: [6], 25: [13, 14, 26], 30: [13, 14], 38: [39]}
