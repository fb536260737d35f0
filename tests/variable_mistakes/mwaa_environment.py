"""Mistakes in the variables of modules/mwaa-environment."""

from __future__ import annotations

from typing import Any

from variable_mistakes.mistake import KEY_ALIAS, ROLE_ARN, Mistake

KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MULTI_REGION_KEY = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef12345678"


def mistake(*parts: str, **inputs: Any) -> Mistake:
    return Mistake("mwaa-environment", inputs, parts)


AIRFLOW = [
    mistake('name is "my airflow"', "1 to 80 letters, digits", name="my airflow"),
    mistake(
        'airflow_version is "1.10.12"',
        "must be one of",
        "add it to airflow_versions",
        airflow_version="1.10.12",
    ),
    *(
        mistake(
            f'airflow_configuration_options has "{option}". A name',
            "must be section.option in lower-case letters",
            airflow_configuration_options={option: "32", "core.parallelism": "32"},
        )
        for option in ("parallelism", "Core.parallelism")
    ),
    mistake(
        'airflow_configuration_options has no valid value for "core.note"',
        "printable ASCII characters",
        airflow_configuration_options={"core.note": "für", "core.parallelism": "32"},
    ),
    mistake(
        'airflow_configuration_options has no valid value for "core.empty"',
        "1 to 65,536",
        airflow_configuration_options={"core.empty": ""},
    ),
    mistake(
        "airflow_configuration_options sets an option of section secrets, and secrets_backend",
        "Leave one of the two out",
        airflow_configuration_options={"secrets.backend": "a.B"},
        secrets_backend={},
    ),
    mistake(
        'secrets_backend.variables_prefix = "/mwaa/tasks/". A prefix',
        "must begin with a slash and not end with one",
        secrets_backend={"variables_prefix": "/mwaa/tasks/"},
    ),
    mistake(
        'environment_class is "mw1.huge"',
        "one of mw1.micro, mw1.small",
        environment_class="mw1.huge",
    ),
    mistake(
        '"max":2',
        "exactly 1 worker",
        "set a larger class",
        environment_class="mw1.micro",
        workers={"min": 1, "max": 2},
    ),
    mistake(
        '"max":26',
        "max from min to the quota of 25",
        workers={"max": 26},
    ),
    mistake("workers = {", "min must be 1 or more", workers={"min": 0}),
    mistake('"max":4,"min":5', "max from min to", workers={"min": 5, "max": 4}),
    mistake(
        'webservers = {"max":6,"min":null}',
        "must be 2 to 5, and exactly 1 with mw1.micro",
        webservers={"max": 6},
    ),
    mistake(
        'webservers = {"max":2,"min":3}',
        "min is more than max",
        webservers={"min": 3, "max": 2},
    ),
    mistake(
        'webservers = {"max":2,"min":null} with environment_class = "mw1.micro"',
        "exactly 1 with mw1.micro",
        webservers={"max": 2},
        environment_class="mw1.micro",
    ),
    mistake("schedulers = 1 with", "must be 2 to 5", schedulers=1),
    mistake("schedulers = 6", "must be 2 to 5, and exactly 1", schedulers=6),
    mistake(
        "schedulers = 2 with environment_class",
        "exactly 1 with mw1.micro",
        schedulers=2,
        environment_class="mw1.micro",
    ),
    mistake(
        'weekly_maintenance_window_start is "SUN:03:15"',
        'in UTC, e.g. "SUN:03:30"',
        weekly_maintenance_window_start="SUN:03:15",
    ),
    mistake(
        'logging.task.level = "TRACE". A level',
        "one of CRITICAL, ERROR, WARNING, INFO, DEBUG",
        logging={"task": {"level": "TRACE"}, "worker": {"level": "DEBUG"}},
    ),
    mistake(
        "logging.retention_in_days is 31", "one of 0, 1", logging={"retention_in_days": 31}
    ),
    *(
        mistake(
            f'kms_key_arn is "{arn}"',
            "must be the ARN of a key",
            "does not accept multi-region keys",
            kms_key_arn=arn,
        )
        for arn in (KEY_ALIAS, MULTI_REGION_KEY)
    ),
    mistake(
        "check_kms_key is true, but kms_key_arn is not set",
        "Set kms_key_arn",
        check_kms_key=True,
    ),
    mistake(
        'tags: "aws:team" = "data"',
        "must not begin with aws:",
        tags={"aws:team": "data", "team": "data"},
    ),
    mistake('tags: "team" = "a,b"', "letters, digits, blanks", tags={"team": "a,b"}),
    mistake('dag_s3_path is "/dags"', "does not begin with a slash, e.g.", dag_s3_path="/dags"),
    *(
        mistake(
            f'{kind}.object_version of "{kind}.file" is empty',
            "Switch on the versioning of the bucket",
            **{kind: {"path": f"{kind}.file", "object_version": version}},
        )
        for kind, version in (
            ("requirements", ""),
            ("plugins", "null"),
            ("startup_script", None),
        )
    ),
]

BUCKET_AND_ROLE = [
    mistake(
        "bucket.existing is set together with name",
        "remove existing to have a bucket created",
        bucket={"existing": {"arn": "arn:aws:s3:::etl"}, "name": "other"},
    ),
    mistake(
        "bucket.policies: readers: the value must be a policy in JSON",
        "data.aws_iam_policy_document.mine.json",
        bucket={"policies": {"readers": "s3:GetObject", "good": '{"Statement": []}'}},
    ),
    mistake(
        "bucket.old_dags_days is 0.5",
        "must be a whole number of days, or 0",
        bucket={"old_dags_days": 0.5},
    ),
    mistake(
        "bucket.kms_encrypted is true, but kms_key_arn is not set",
        "Set kms_key_arn to the key's ARN",
        bucket={"kms_encrypted": True},
    ),
    mistake(
        'bucket.existing.arn is "etl"',
        "must be the ARN of a bucket",
        bucket={"existing": {"arn": "etl"}},
    ),
    mistake('bucket.name is "My_Bucket"', "3 to 63 lower-case", bucket={"name": "My_Bucket"}),
    mistake(
        "execution_role.existing is set together with other fields",
        "remove existing to have a role created",
        execution_role={"existing": {"arn": ROLE_ARN}, "name": "other"},
    ),
    mistake(
        f'execution_role.name is "{ROLE_ARN}"',
        "1 to 64 letters, digits",
        execution_role={"name": ROLE_ARN},
    ),
    mistake(
        'execution_role.path is "data"',
        "must begin and end with a slash",
        execution_role={"path": "data"},
    ),
    mistake(
        'execution_role.existing.arn is "demo"',
        "must be the ARN of a role",
        execution_role={"existing": {"arn": "demo"}},
    ),
]

NETWORK = [
    mistake(
        'subnet_ids is ["subnet-0a1"]',
        "exactly two different subnets",
        subnet_ids=["subnet-0a1"],
    ),
    mistake(
        'subnet_ids is ["subnet-0a1","subnet-0a1"]',
        "exactly two different subnets",
        subnet_ids=["subnet-0a1", "subnet-0a1"],
    ),
    mistake(
        'subnet_ids is ["subnet-0a1,subnet-0b2","subnet-0c3"]',
        "must be the id of one subnet",
        subnet_ids=["subnet-0a1,subnet-0b2", "subnet-0c3"],
    ),
    mistake('vpc_id is "main"', "must be the id of a VPC", vpc_id="main"),
    *(
        mistake(
            f"security_group_ids has {number} elements",
            "1 to 5",
            security_group_ids=[f"sg-0{one}" for one in range(number)],
        )
        for number in (0, 6)
    ),
    mistake(
        'security_group_ids is ["default"]',
        "Replace names by ids",
        security_group_ids=["default"],
    ),
    mistake(
        "additional_security_group_ids has 5 elements",
        "up to 4",
        additional_security_group_ids=[f"sg-0{number}" for number in range(5)],
    ),
    mistake(
        'additional_security_group_ids is ["default"]',
        "Replace names by ids",
        additional_security_group_ids=["default"],
    ),
    mistake(
        "additional_security_group_ids is set together with security_group_ids",
        "Put all of them into security_group_ids",
        additional_security_group_ids=["sg-0a1"],
        security_group_ids=["sg-0b2"],
    ),
    mistake(
        'webserver_access_mode is "OPEN"',
        '"PRIVATE_ONLY", "PUBLIC_ONLY"',
        webserver_access_mode="OPEN",
    ),
    mistake(
        'webserver_access_mode is "PUBLIC_AND_PRIVATE" with airflow_version = "2.10.3"',
        "from Airflow 3.2 on",
        webserver_access_mode="PUBLIC_AND_PRIVATE",
        airflow_version="2.10.3",
    ),
    mistake(
        'webserver_source_cidrs has "10.0.0.1/8". Each',
        "begins with its first address",
        webserver_source_cidrs=["10.0.0.1/8", "10.0.0.0/8"],
    ),
    mistake(
        "webserver_source_cidrs is set together with security_group_ids",
        "Remove one of the two",
        webserver_source_cidrs=["10.0.0.0/8"],
        security_group_ids=["sg-0a1"],
    ),
    mistake(
        'endpoint_management is "MINE"', '"SERVICE", "CUSTOMER"', endpoint_management="MINE"
    ),
]

MWAA_ENVIRONMENT = [*AIRFLOW, *BUCKET_AND_ROLE, *NETWORK]
