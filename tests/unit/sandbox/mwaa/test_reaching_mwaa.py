"""Clients reach MWAA despite its host prefix, and reach no other host in this way."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from mwaa_ecs.hcl import read_variables
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa.limits import AIRFLOW_VERSIONS
from mwaa_story import REPOSITORY


def test_another_process_reaches_mwaa_with_the_environment_alone() -> None:
    script = "import boto3; print(boto3.client('mwaa').list_environments()['Environments'])"
    with LocalAws() as aws:
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=aws.child_environment(),
            capture_output=True,
            text=True,
        )
        assert done.stdout.strip() == "[]", done.stderr
        (call,) = aws.calls
        assert (call.service, call.action) == ("airflow", "ListEnvironments")


@pytest.mark.parametrize(
    "host", ["api.airflow.eu-west-1.amazonaws.com", "169.254.169.254", "sandbox.invalid.org"]
)
def test_no_other_host_is_reached_by_way_of_the_local_aws(host: str) -> None:
    with LocalAws() as aws:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"http": aws.endpoint_url})
        )
        with pytest.raises(urllib.error.HTTPError) as caught:
            opener.open(f"http://{host}/environments")
        assert caught.value.code == 403
        assert f"forwards no requests to {host}" in caught.value.read().decode()


def test_no_tunnel_is_opened() -> None:
    with LocalAws() as aws:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"https": aws.endpoint_url})
        )
        with pytest.raises(OSError, match="403"):
            opener.open("https://sts.amazonaws.com/")


def test_the_module_and_the_local_aws_know_the_same_versions_of_airflow() -> None:
    variables = read_variables(REPOSITORY / "modules" / "mwaa-environment")
    assert tuple(variables["airflow_versions"].default) == AIRFLOW_VERSIONS
