"""Mistakes in the form of values: images, references, numbers, lists of names, roles."""

from __future__ import annotations

from typing import Any

from task_tables.mistake import (
    EC2,
    EFS,
    PASSWORD,
    Mistake,
    Task,
    health,
    linux,
    role,
    sidecar,
    volume,
)

MANAGED = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!cluster-0a1b-AbC123"
ROLE = "arn:aws:iam::123456789012:role/r"
FILE = "arn:aws:s3:::b/x.json"


def _range(field: str, low: Any, high: Any, over: Any, task: Any, place: Task) -> Mistake:
    """Return a number out of its range, and beside it the last that is in it."""
    return Mistake(
        f"{field.replace('.', '_')}_out_of_range",
        {**place, **task(over)},
        {**place, **task(high if over > high else low)},
        (f".{field} is {over}", f"a whole number from {low} to {high}"),
    )


FORMS = (
    Mistake(
        "an_image_by_another_digest",
        {"image": "etl@md5:" + "0a" * 16},
        {"image": "etl@sha256:" + "0A" * 32},
        (
            '.image is "etl@md5:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"',
            "sha256: and 64 hexadecimal digits",
        ),
    ),
    Mistake(
        "an_image_by_a_short_digest",
        {"image": "etl@sha256:" + "0a" * 16},
        {"image": "etl:1@sha256:" + "0a" * 32},
        ("sha256: and 64 hexadecimal digits",),
    ),
    Mistake(
        "an_image_of_too_many_letters",
        {"image": "e" * 254 + ":1"},
        {"image": "e" * 253 + ":1"},
        (
            '.image is "eee',
            "at most 255 characters before that",
        ),
    ),
    Mistake(
        "a_secret_that_is_the_secret",
        {"secrets": {"TOKEN": "s3cr3t!"}},
        {"secrets": {"TOKEN": f"{MANAGED}:password::"}},
        (
            '.secrets["TOKEN"] is neither an ARN nor a name',
            'It must be the ARN of a secret in Secrets Manager (":json-key:stage:ve',
        ),
    ),
    Mistake(
        "a_secret_that_is_null",
        {"secrets": {"TOKEN": None}},
        {"secrets": {"TOKEN": "/token"}},
        ('.secrets is {"TOKEN":null}', "leave it out"),
    ),
    Mistake(
        "a_variable_that_is_null",
        sidecar(environment={"ZONE": None}),
        sidecar(environment={"ZONE": ""}),
        (
            '.sidecars["agent"].environment is {"ZONE":null}',
            "Give the null a value, or leave it out",
        ),
    ),
    Mistake(
        "a_word_that_is_null",
        {"command": ["run", None]},
        {"command": ["run", ""]},
        ('.command is ["run",null]', "Give the null a value, or leave it out"),
    ),
    Mistake(
        "an_environment_file_of_another_name",
        {"environment_files": ["arn:aws:s3:::b/nightly.txt"]},
        {"environment_files": ["arn:aws:s3:::b/nightly.env"]},
        ('.environment_files has "arn:aws:s3:::b/nightly.txt"', "ends in .env"),
    ),
    Mistake(
        "eleven_environment_files",
        {"environment_files": [f"arn:aws:s3:::b/{n}.env" for n in range(11)]},
        {"environment_files": [f"arn:aws:s3:::b/{n}.env" for n in range(10)]},
        (".environment_files has 11 files", "ECS accepts at most 10"),
    ),
    Mistake(
        "a_credential_spec_that_is_none",
        {"credential_specs": ["banana"]},
        {"credential_specs": [f"credentialspecdomainless:{FILE}"]},
        ('.credential_specs has "banana"', "credentialspecdomainless:"),
    ),
    Mistake(
        "a_credential_spec_that_needs_a_domain_on_fargate",
        {"credential_specs": [f"credentialspec:{FILE}"]},
        {**EC2, "credential_specs": [f"credentialspec:{PASSWORD}"]},
        (
            '.credential_specs has "credentialspec:arn:aws:s3:::b/x.json"',
            "It must be credentialspecdomainless: and the ARN of a file in S3 or of",
        ),
    ),
    Mistake(
        "two_credential_specs",
        {**EC2, "credential_specs": [f"credentialspec:{FILE}"] * 2},
        {**EC2, "credential_specs": [f"credentialspec:{FILE}"]},
        (".credential_specs has 2", "ECS accepts at most 1"),
    ),
    Mistake(
        "an_unknown_capability",
        {**EC2, **linux(capabilities={"add": ["CAP_NET_ADMIN"]})},
        {**EC2, **linux(capabilities={"add": ["NET_ADMIN"]})},
        ('.linux_parameters.capabilities.add is ["CAP_NET_ADMIN"]', "CHOWN"),
    ),
    Mistake(
        "an_unknown_capability_to_drop",
        linux(capabilities={"drop": ["all"]}),
        linux(capabilities={"drop": ["ALL"]}),
        ('.linux_parameters.capabilities.drop is ["all"]', "ALL"),
    ),
    Mistake(
        "an_unknown_option_of_a_mount",
        linux(tmpfs=[{"container_path": "/t", "size": 1, "mount_options": ["fast"]}]),
        linux(tmpfs=[{"container_path": "/t", "size": 1, "mount_options": ["mode=1777"]}]),
        ('.linux_parameters.tmpfs.mount_options is ["fast"]', "noexec"),
    ),
    Mistake(
        "memory_for_files_of_no_size",
        linux(tmpfs=[{"container_path": "/t", "size": 0}]),
        linux(tmpfs=[{"container_path": "/t", "size": 1}]),
        (".linux_parameters.tmpfs.size is 0", "1 or more, in MiB"),
    ),
    Mistake(
        "no_soft_limit_over_a_hard_one",
        {"ulimits": {"nofile": {"soft_limit": -1, "hard_limit": 2}}},
        {"ulimits": {"nofile": {"soft_limit": -1, "hard_limit": -1}}},
        ('.ulimits["nofile"].soft_limit is -1', "It must not be over hard_limit, 2"),
    ),
    Mistake(
        "all_gpus_in_small_letters",
        {**EC2, "resource_requirements": {"GPU": "all"}},
        {**EC2, "resource_requirements": {"GPU": "ALL"}},
        ('.resource_requirements has {"GPU":"all"}', "a number of GPUs, or ALL"),
    ),
    Mistake(
        "a_container_s_cpu_under_zero",
        {"container_cpu": -5},
        {"container_cpu": 0},
        (".container_cpu is -5", "It must be a whole number, 0 or more"),
    ),
    Mistake(
        "a_container_s_memory_in_fractions",
        {"container_memory": 100.5},
        {"container_memory": 100},
        (".container_memory is 100.5", "whole"),
    ),
    Mistake(
        "swap_under_zero",
        {**EC2, **linux(max_swap=-1)},
        {**EC2, **linux(max_swap=0)},
        (".linux_parameters.max_swap is -1", "0 or more"),
    ),
    _range("start_timeout", 2, 120, 1, lambda n: {"start_timeout": n}, {}),
    _range("health_check.interval", 5, 300, 4, lambda n: health(interval=n), {}),
    _range("health_check.timeout", 2, 60, 61, lambda n: health(timeout=n), {}),
    _range("health_check.retries", 1, 10, 11, lambda n: health(retries=n), {}),
    _range("health_check.start_period", 0, 300, 301, lambda n: health(start_period=n), {}),
    _range("linux_parameters.swappiness", 0, 100, 101, lambda n: linux(swappiness=n), EC2),
    _range(
        "linux_parameters.shared_memory_size",
        1,
        1048576,
        0,
        lambda n: linux(shared_memory_size=n),
        EC2,
    ),
    Mistake(
        "a_sidecar_s_name_with_a_blank",
        {"sidecars": {"my agent": {"image": "agent:1"}}},
        {"sidecars": {"my-agent": {"image": "agent:1"}}},
        ('.sidecars has "my agent"', "1 to 255 letters"),
    ),
    Mistake(
        "a_log_group_by_its_arn",
        {"log_group_name": "arn:aws:logs:eu-west-1:123456789012:log-group:/jobs"},
        {"log_group_name": "/jobs"},
        (
            '.log_group_name is "arn:aws:logs:eu-west-1:123456789012:log-group:/jobs"',
            "It must have 1 to 512 letters, digits and _/.#-, and must not be an AR",
        ),
    ),
    Mistake(
        "a_stream_prefix_with_a_colon",
        {"log_stream_prefix": "jobs:a"},
        {"log_stream_prefix": "/jobs of/a/"},
        ('.log_stream_prefix is "jobs:a"', "must not have a colon"),
    ),
    Mistake(
        "a_stream_prefix_that_leaves_no_room_for_the_container",
        {"log_stream_prefix": "j" * 474},
        {"log_stream_prefix": "j" * 400},
        ('.log_stream_prefix is "jjj', "at most 512 characters"),
    ),
)

ROLES = (
    Mistake(
        "a_role_by_its_name",
        {"task_role_arn": "r"},
        {"task_role_arn": ROLE},
        ('.task_role_arn is "r"', "It must be the ARN of one role of this account"),
    ),
    Mistake(
        "a_role_of_another_account",
        {"task_role_arn": "arn:aws:iam::210987654321:role/r"},
        {"task_role_arn": "arn:aws:iam::123456789012:role/team/r"},
        ('.task_role_arn is "arn:aws:iam::210987654321:role/r"', "123456789012"),
    ),
    Mistake(
        "all_roles_of_an_account",
        {"task_role_arn": "arn:aws:iam::123456789012:role/*"},
        {"task_role_arn": ROLE},
        ('.task_role_arn is "arn:aws:iam::123456789012:role/*"', "without wildcards"),
    ),
    Mistake(
        "a_role_s_path_that_another_instance_grants",
        role(path="/other/tasks/"),
        role(path="/other/jobs/"),
        ('.task_role.path is "/other/tasks/"', 'second level is not "tasks"'),
    ),
    Mistake(
        "a_statement_about_nothing",
        role(statement={"resources": []}),
        role(statement={"resources": ["*"]}),
        ('.task_role.statements["Read"].resources is []', '"*"'),
    ),
    Mistake(
        "efs_that_asks_for_a_role_where_none_is",
        volume(
            efs_volume_configuration={**EFS, "authorization_config": {"iam": "ENABLED"}},
        ),
        {
            **volume(
                efs_volume_configuration={**EFS, "authorization_config": {"iam": "ENABLED"}},
            ),
            **role(),
        },
        (
            '.volumes["data"].efs_volume_configuration.authorization_config.iam is "ENABLED"',
            "and the task has no role that EFS could let in",
        ),
    ),
    Mistake(
        "an_unknown_iam_of_efs",
        volume(efs_volume_configuration={**EFS, "authorization_config": {"iam": "on"}}),
        volume(efs_volume_configuration={**EFS, "authorization_config": {"iam": "DISABLED"}}),
        (
            '.volumes["data"].efs_volume_configuration.authorization_config.iam is "on"',
            "It must be ENABLED or DISABLED",
        ),
    ),
    Mistake(
        "a_port_that_efs_cannot_have",
        volume(efs_volume_configuration={**EFS, "transit_encryption_port": 65536}),
        volume(efs_volume_configuration={**EFS, "transit_encryption_port": 65535}),
        (
            '.volumes["data"].efs_volume_configuration.transit_encryption_port is 65536',
            "1 to 65535",
        ),
    ),
)
