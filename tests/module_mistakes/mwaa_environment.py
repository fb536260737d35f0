"""Mistakes in what modules/mwaa-environment finds in the account."""

from __future__ import annotations

from typing import Any

from module_mistakes.account import LONG_NAME
from module_mistakes.mistake import Message, Mistakes, message

ENVIRONMENT = "aws_mwaa_environment.this"


def mistakes(*messages: Message, **inputs: Any) -> Mistakes:
    return Mistakes("mwaa-environment", messages, inputs)


MWAA_ENVIRONMENT = [
    mistakes(
        message(
            "aws_s3_bucket.this",
            f'"airflow-{LONG_NAME}-123456789012-eu-west-1" with 93 characters',
            "must have up to 63",
            "Set a shorter bucket.name",
        ),
        message(
            "aws_iam_role.this",
            f'role\'s name is "{LONG_NAME}-mwaa-eu-west-1" with 77 characters',
            "must have up to 64",
            "Set a shorter execution_role.name",
        ),
        message(
            "terraform_data.found_log_groups",
            f"airflow-{LONG_NAME}-Task exist already",
            "set logging = { create_log_groups = false }",
            "logging = { check_log_groups = false }",
            'for_each = toset(["Task"])',
            f'id       = "airflow-{LONG_NAME}-$${{each.key}}"',
        ),
        message(
            "check.kms_key",
            'kms_key_arn is "$key"',
            "does not let CloudWatch Logs use it",
            "Principal Service logs.eu-west-1.amazonaws.com",
        ),
        message(
            "check.security_group_rules",
            "security_group_ids: no rule of $half_open_group lets the groups' own members in",
            "on TCP 5432",
            "MWAA needs 443 and 5432",
            "Add a rule for all traffic, or for these two ports",
        ),
        name=LONG_NAME,
        bucket={},
        execution_role={},
        kms_key_arn="$key",
        check_kms_key=True,
        security_group_ids=["$half_open_group"],
    ),
    mistakes(
        message(
            ENVIRONMENT,
            'bucket.existing.arn is "arn:aws:s3:::not-versioned". Versioning',
            "put-bucket-versioning --bucket not-versioned --versioning-configuration",
        ),
        message(
            ENVIRONMENT,
            "subnet_ids: $first and $neighbour both lie in eu-west-1a",
            "must lie in two zones",
            "Replace one of them",
        ),
        message(
            ENVIRONMENT,
            "additional_security_group_ids: $other_group lies in $other_vpc",
            "the subnets lie in $vpc",
            "Set security groups of the subnets' VPC",
        ),
        bucket={"existing": {"arn": "arn:aws:s3:::not-versioned"}},
        subnet_ids=["$first", "$neighbour"],
        additional_security_group_ids=["$other_group"],
    ),
    mistakes(
        message(
            ENVIRONMENT,
            'bucket.existing.arn is "arn:aws:s3:::not-private". Public access',
            "put-public-access-block --bucket not-private --public-access-block-conf",
        ),
        message(
            ENVIRONMENT,
            "subnet_ids: $public has a route to an internet gateway",
            "Set the ids of private subnets",
        ),
        message(
            ENVIRONMENT,
            'execution_role.existing.arn is "$tasks_role"',
            "does not trust airflow-env.amazonaws.com and airflow.amazonaws.com",
            "Add to the role's trust policy: Effect Allow, Action sts:AssumeRole",
        ),
        message(
            "check.security_group_rules",
            "security_group_ids: $closed_group has no rule that lets its own members in",
            "aws ec2 authorize-security-group-ingress --group-id $closed_group",
        ),
        bucket={"existing": {"arn": "arn:aws:s3:::not-private"}},
        subnet_ids=["$public", "$second"],
        execution_role={"existing": {"arn": "$tasks_role"}},
        security_group_ids=["$closed_group"],
    ),
    mistakes(
        message(
            ENVIRONMENT,
            'bucket.existing.arn is "arn:aws:s3:::encrypted"',
            "The KMS key $key encrypts this bucket",
            "Set bucket.existing.kms_key_arn to the key's ARN",
        ),
        message(
            ENVIRONMENT,
            "subnet_ids: $first lies in $vpc, $elsewhere lies in $other_vpc",
            "must lie in one VPC",
            "Replace one of them",
        ),
        message(
            ENVIRONMENT,
            'vpc_id is "$other_vpc", but $first lies in $vpc',
            "Set subnets of that VPC, or remove vpc_id",
        ),
        bucket={"existing": {"arn": "arn:aws:s3:::encrypted"}},
        execution_role={},
        subnet_ids=["$first", "$elsewhere"],
        vpc_id="$other_vpc",
    ),
    mistakes(
        message(
            ENVIRONMENT,
            'requirements.path is "dags/requirements.txt", in the folder of dag_s3_path',
            "old versions after 90 days",
            "Move the file, or set bucket.old_dags_days to 0",
        ),
        bucket={},
        requirements={"path": "dags/requirements.txt", "object_version": "1"},
    ),
    mistakes(
        message(
            "data.aws_subnet.this",
            "subnet_ids: subnet-0123456789abcdef0 does not exist in this account",
            "aws ec2 describe-subnets --region eu-west-1",
        ),
        subnet_ids=["$first", "subnet-0123456789abcdef0"],
    ),
    mistakes(
        message(
            "data.aws_security_groups.existing",
            "security_group_ids: sg-0123456789abcdef0 does not exist in this account",
            "aws ec2 describe-security-groups --region eu-west-1",
            "--filters Name=vpc-id,Values=$vpc",
        ),
        security_group_ids=["sg-0123456789abcdef0"],
    ),
]
