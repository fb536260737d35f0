"""What Terraform would drop without a word is not rolled out."""

from __future__ import annotations

from rollout_team import Team


def test_an_attribute_that_the_module_lacks_stops_plan_and_apply(team: Team) -> None:
    (team.folder / "jobs").mkdir()
    (team.folder / "jobs/main.tf").write_text(
        'variable "job" {\n  type = object({ read_only = optional(bool) })\n}\n'
    )
    (team.folder / "jobs.tf").write_text(
        'module "jobs" {\n  source = "./jobs"\n  job    = { readOnly = true }\n}\n'
    )
    for command in (("plan", "dev"), ("apply", "dev", "--auto-approve", "--new-state")):
        code, said = team.run(*command)
        assert code == 2
        assert "jobs.tf:3:14: module.jobs.job.readOnly: the type has no attribute" in said
        assert "did you mean 'read_only'?" in said
    assert not (team.folder / "environments/dev.tfstate").exists()
    assert team.run("destroy", "dev", "--auto-approve")[0] == 0
