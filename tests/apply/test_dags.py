"""modules/dags in a bucket that others use too."""

from __future__ import annotations

from pathlib import Path

import tftest

from applied import Attach
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.local_aws import LocalAws

UPLOADS = True

MODULE = Path(__file__).resolve().parents[2] / "modules" / "dags"
NEIGHBOURS = ("dags/theirs.py", "dags/shared/util.py", "plugins.zip", "dags-old/mine.py")


def test_what_others_put_beside_the_dags_survives_changes_and_destroy(
    local_aws: LocalAws, account: Account, attach: Attach, tmp_path: Path
) -> None:
    s3, bucket = local_aws.client("s3"), account.dags_bucket_name
    for key in NEIGHBOURS:
        s3.put_object(Bucket=bucket, Key=key, Body=b"theirs")
    before = inventory(local_aws)
    folder = tmp_path / "root"
    dags = folder / "dags"
    (dags / "shared").mkdir(parents=True)
    (dags / "mine.py").write_text("1\n")
    (dags / "shared" / "mine.py").write_text("1\n")
    (dags / "__pycache__").mkdir()
    # None of these is uploaded.
    for leftover in ("__pycache__/mine", "shared/mine.cpython-312.pyc", "shared/.DS_Store"):
        (dags / leftover).touch()
    (folder / "requirements.txt").write_text("# none\n")
    (folder / "main.tf").write_text(
        f"""
        module "dags" {{
          source       = "{MODULE}"
          bucket       = "{bucket}"
          source_dir   = "${{path.module}}/dags"
          requirements = "${{path.module}}/requirements.txt"
        }}
        """
    )
    attach(folder)
    terraform = tftest.TerraformTest(folder.name, str(tmp_path))
    terraform.setup()
    terraform.apply()
    (dags / "mine.py").write_text("2\n")
    (dags / "shared" / "mine.py").unlink()
    terraform.apply()
    assert s3.get_object(Bucket=bucket, Key="dags/mine.py")["Body"].read() == b"2\n"
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    keys = {item["Key"] for item in listed}
    assert keys == {*NEIGHBOURS, "dags/mine.py", "requirements.txt"}
    terraform.destroy()
    assert inventory(local_aws) == before
    for key in NEIGHBOURS:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"theirs"
