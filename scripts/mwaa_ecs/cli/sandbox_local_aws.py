"""`mwaa-ecs sandbox up` without Airflow: a local AWS that stays up."""

from __future__ import annotations

import shlex
from pathlib import Path

from mwaa_ecs.cli.output import console, errors
from mwaa_ecs.processes import wait_for_request
from mwaa_ecs.sandbox.account import Account, create_account, give_way_out
from mwaa_ecs.sandbox.engines import select_engine
from mwaa_ecs.sandbox.example import load_faults, load_images
from mwaa_ecs.sandbox.faults import Faults
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.local_aws.refused import Refused
from mwaa_ecs.sandbox.named.registry import Registration
from mwaa_ecs.sandbox.report import Report


def up_alone(
    registration: Registration,
    *,
    engine: str,
    port: int,
    images: Path | None,
    faults: Path | None,
    enforce_iam: bool,
) -> None:
    """Run a local AWS until Ctrl-C.

    Args:
        registration: learns how to reach it.
        engine: `auto`, `docker`, `podman` or `stand-in`.
        port: port to listen on; 0 for a free one.
        images: a sandbox.yaml with images.
        faults: a sandbox.yaml with faults.
        enforce_iam: whether calls that a role's policies do not allow are denied.

    Raises:
        UserError: a file, the port or the engine is wrong.
    """
    sources = load_images(images) if images is not None else {}
    ordered = Faults(load_faults(faults)) if faults is not None else None
    chosen = select_engine(engine, images=sources)
    with LocalAws(engine=chosen, port=port, enforce_iam=enforce_iam, faults=ordered) as aws:
        account = create_account(aws)
        give_way_out(aws, account)
        console.print(f"The local AWS listens on {aws.endpoint_url}", soft_wrap=True)
        console.print(f"containers: {chosen.describe()}", soft_wrap=True)
        _print_account(account)
        if enforce_iam:
            console.print(
                "Calls that a role's policies do not allow are denied to its sessions, "
                f"e.g. aws sts assume-role --role-arn {account.mwaa_execution_role_arn} "
                "--role-session-name me. The keys below belong to no role and can do "
                "everything.",
                soft_wrap=True,
            )
        if not registration.entry.log:
            console.print("\nIn another shell:\n")
            _print_exports(aws)
            console.print("\nCtrl-C ends it.")
        registration.ready(endpoint_url=aws.endpoint_url, region=aws.region, keys=aws.keys)
        _wait(aws)


def _print_account(account: Account) -> None:
    console.print("What a user's account holds already:")
    for name, value in (
        ("VPC", account.vpc_id),
        ("private subnets", ", ".join(account.subnet_ids)),
        ("MWAA execution role", account.mwaa_execution_role_name),
        ("DAGs bucket", account.dags_bucket_name),
    ):
        console.print(f"  {name:<20} {value}", soft_wrap=True)


def _print_exports(aws: LocalAws) -> None:
    console.print("unset AWS_PROFILE", soft_wrap=True)
    for name, value in aws.environment().items():
        console.print(f"export {name}={shlex.quote(value)}", soft_wrap=True, markup=False)


def keep_up(aws: LocalAws, report: Report) -> None:
    """Print how to reach a local AWS after a report, and keep it up until Ctrl-C."""
    console.print(
        f"\nThe local AWS stays up on {aws.endpoint_url}; the working folder is {report.kept}",
        soft_wrap=True,
    )
    console.print("In another shell:\n")
    _print_exports(aws)
    console.print("\nCtrl-C ends it.")
    _wait(aws)


def _wait(aws: LocalAws) -> None:
    aws.refused.report(_print_refused)
    try:
        wait_for_request()
    except KeyboardInterrupt:
        if aws.refused.count:
            errors.print(f"Requests that were refused: {aws.refused.count}", soft_wrap=True)
        console.print("\nThe local AWS has ended.")


def _print_refused(one: Refused) -> None:
    errors.print(f"Warning: {one}", soft_wrap=True, markup=False)
