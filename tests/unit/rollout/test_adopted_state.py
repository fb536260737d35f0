"""docs/environments.md, "You have state already": a workspace's state, taken over as it is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform import find_terraform
from rollout_team import Team

KEY = "env:/prod/jobs/terraform.tfstate"


def terraform(folder: Path, *words: str) -> None:
    """Run Terraform as the team did before, with its workspaces."""
    environ = {**os.environ, "AWS_REGION": "eu-west-1"}
    subprocess.run(
        [str(find_terraform()), *words],
        cwd=folder,
        env=environ,
        check=True,
        capture_output=True,
    )


def test_the_state_of_a_workspace_is_adopted_without_a_change(
    in_s3: Team, bucket: LocalAws
) -> None:
    tfvars = in_s3.folder / "old" / "prod.tfvars"
    tfvars.parent.mkdir()
    tfvars.write_text('word = "hello"\nslow = false\n')
    settings = ("bucket=states", "key=jobs/terraform.tfstate")
    terraform(in_s3.folder, "init", *(f"-backend-config={one}" for one in settings))
    terraform(in_s3.folder, "workspace", "new", "prod")
    terraform(in_s3.folder, "apply", "-auto-approve", f"-var-file={tfvars}")

    yaml = in_s3.folder / "environments" / "prod.yaml"
    code, said = in_s3.run("import-tfvars", str(tfvars), "--out", str(yaml))
    assert code == 0, said
    backend = f'backend: {{type: s3, bucket: states, key: "{KEY}"}}\n'
    yaml.write_text(backend + yaml.read_text())
    before = bucket.client("s3").get_object(Bucket="states", Key=KEY)["Body"].read()

    code, said = in_s3.run("plan", "prod")
    assert (code, "Nothing changes" in said, "no state exists" in said) == (0, True, False)
    code, said = in_s3.run("apply", "prod", "--auto-approve")
    assert (code, "Nothing changes" in said) == (0, True), said
    after = bucket.client("s3").get_object(Bucket="states", Key=KEY)["Body"].read()
    assert after == before
