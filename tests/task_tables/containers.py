"""Mistakes in containers, volumes and roles."""

from __future__ import annotations

from task_tables.mistake import (
    EC2,
    EFS,
    Mistake,
    Task,
    health,
    linux,
    mount,
    role,
    routed,
    sidecar,
    volume,
)

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123"
FLUENT = "arn:aws:s3:::settings/fluent.conf"


def config_file(kind: str, value: str) -> Task:
    """Return a router's configuration from a file."""
    return {"options": {"config-file-type": kind, "config-file-value": value}}


CONTAINERS = (
    Mistake(
        "an_image_with_a_scheme",
        {"image": "https://registry.example.com/etl:1"},
        {"image": "registry.example.com:5000/team/etl:1"},
        ('.image is "https://registry.example.com/etl:1"', "[:tag]"),
    ),
    Mistake(
        "an_image_in_capitals",
        {"image": "Team/ETL:1"},
        {"image": "team/etl:V1"},
        ('.image is "Team/ETL:1"', "lower case"),
    ),
    Mistake(
        "an_image_with_an_empty_tag",
        sidecar(image="etl:"),
        sidecar(image="etl@sha256:" + "0a" * 32),
        (
            '.sidecars["agent"].image is "etl:"',
            "It must be [registry/]name[:tag][@digest]: the name in lower case, no ",
        ),
    ),
    Mistake(
        "more_than_ten_containers",
        {"sidecars": {f"s{n}": {"image": "a"} for n in range(10)}},
        {"sidecars": {f"s{n}": {"image": "a"} for n in range(9)}},
        ("sidecars has 10", "10 containers"),
    ),
    Mistake(
        "a_dependency_that_does_not_exist",
        {"depends_on": {"proxy": "START"}},
        {"depends_on": {"agent": "START"}, **sidecar()},
        ('.depends_on has {"proxy":"START"}', "There is no such container"),
    ),
    Mistake(
        "an_unknown_condition",
        {"depends_on": {"agent": "DONE"}, **sidecar()},
        {"depends_on": {"agent": "SUCCESS"}, **sidecar()},
        ('.depends_on has {"agent":"DONE"}', "START, COMPLETE, SUCCESS or HEALTHY"),
    ),
    Mistake(
        "waiting_for_health_that_is_not_checked",
        {"depends_on": {"agent": "HEALTHY"}, **sidecar()},
        {"depends_on": {"agent": "HEALTHY"}, **sidecar(**health())},
        ("agent has no health_check",),
    ),
    Mistake(
        "waiting_for_the_end_of_an_essential_container",
        {"depends_on": {"agent": "COMPLETE"}, **sidecar(essential=True)},
        {"depends_on": {"agent": "COMPLETE"}, **sidecar(essential=False)},
        ("agent is essential",),
    ),
    Mistake(
        "dependencies_in_a_circle",
        {
            "sidecars": {
                "a": {"image": "a", "depends_on": {"b": "START"}},
                "b": {"image": "a", "depends_on": {"c": "START"}},
                "c": {"image": "a", "depends_on": {"a": "START"}},
            }
        },
        {
            "sidecars": {
                "a": {"image": "a", "depends_on": {"b": "START"}},
                "b": {"image": "a", "depends_on": {"c": "START"}},
                "c": {"image": "a"},
            }
        },
        ("depends_on goes in a circle: a, b, c",),
    ),
    Mistake(
        "a_mount_of_a_volume_that_does_not_exist",
        mount("/a", volume="dta"),
        mount("/a"),
        (
            '.mount_points has the volume "dta"',
            'There is no such volume: set it in volumes, which has ["data"]',
        ),
    ),
    Mistake(
        "two_mounts_at_one_path",
        mount("/a", "/a"),
        mount("/a", "/b"),
        (
            '.mount_points has "/a" twice, from data and data',
            "Each container_path may stand there once",
        ),
    ),
    Mistake(
        "volumes_from_a_container_that_does_not_exist",
        {"volumes_from": [{"source_container": "agnet"}], **sidecar()},
        {"volumes_from": [{"source_container": "agent"}], **sidecar()},
        ('.volumes_from has the container "agnet"', "agent"),
    ),
    Mistake(
        "an_unknown_ulimit",
        {"ulimits": {"files": {"soft_limit": 1, "hard_limit": 2}}},
        {"ulimits": {"nofile": {"soft_limit": 1, "hard_limit": 2}}},
        ('.ulimits has "files"', "nofile"),
    ),
    Mistake(
        "a_soft_limit_over_the_hard_one",
        {"ulimits": {"nofile": {"soft_limit": 3, "hard_limit": 2}}},
        {"ulimits": {"nofile": {"soft_limit": 2, "hard_limit": 2}}},
        ('.ulimits["nofile"].soft_limit is 3', "It must not be over hard_limit, 2"),
    ),
    Mistake(
        "a_health_check_without_a_shell",
        health(command=["curl -f http://localhost"]),
        health(command=["/healthcheck"]),
        ('.health_check.command is ["curl -f http://localhost"]', "CMD-SHELL"),
    ),
    Mistake(
        "a_health_check_without_a_command",
        health(command=["CMD"]),
        health(command=["CMD", "true"]),
        ('.health_check.command is ["CMD"]', "CMD-SHELL"),
    ),
    Mistake(
        "no_number_of_gpus",
        {**EC2, "resource_requirements": {"GPU": "0"}},
        {**EC2, "resource_requirements": {"GPU": "2"}},
        ('{"GPU":"0"}', 'GPU = "1"'),
    ),
    Mistake(
        "firelens_without_a_router",
        {"log_configuration": {"log_driver": "awsfirelens"}},
        {
            "log_configuration": {"log_driver": "awsfirelens"},
            **sidecar(firelens_configuration={}),
        },
        ('.log_configuration.log_driver is "awsfirelens"', "and no sidecar takes the lines"),
    ),
    Mistake(
        "an_unknown_router",
        routed(firelens_configuration={"type": "vector"}),
        routed(firelens_configuration={"type": "fluentd"}),
        (
            '.sidecars["agent"].firelens_configuration.type is "vector"',
            "It must be fluentbit or fluentd",
        ),
    ),
    Mistake(
        "two_routers",
        {"sidecars": {n: {"image": "r", "firelens_configuration": {}} for n in ("a", "b")}},
        routed(firelens_configuration={}),
        (": a and b have a firelens_configuration", "Only one container of a task may have it"),
    ),
    Mistake(
        "a_router_that_logs_to_itself",
        routed(firelens_configuration={}, log_configuration={"log_driver": "awsfirelens"}),
        routed(firelens_configuration={}, log_configuration={"log_driver": "awslogs"}),
        (
            '.sidecars["agent"].log_configuration.log_driver is "awsfirelens"',
            "itself the router",
        ),
    ),
    Mistake(
        "a_router_that_nothing_logs_to",
        sidecar(firelens_configuration={}),
        routed(firelens_configuration={}),
        ("agent has a firelens_configuration, and no container logs to it",),
    ),
    Mistake(
        "a_router_s_file_in_s3_on_fargate",
        routed(firelens_configuration=config_file("s3", FLUENT)),
        {**EC2, **routed(firelens_configuration=config_file("s3", FLUENT))},
        (
            '.sidecars["agent"].firelens_configuration.options is {"config-file-type":"s3"',
            "file on Fargate",
        ),
    ),
    Mistake(
        "a_router_s_file_that_is_not_said",
        {**EC2, **routed(firelens_configuration={"options": {"config-file-type": "s3"}})},
        routed(firelens_configuration=config_file("file", "/fluent.conf")),
        (
            '.sidecars["agent"].firelens_configuration.options is {"config-file-type":"s3"}',
            "Set both config-file-type and config-file-value, or neither",
        ),
    ),
    Mistake(
        "a_router_s_file_that_is_not_in_s3",
        {**EC2, **routed(firelens_configuration=config_file("s3", "/fluent.conf"))},
        {**EC2, **routed(firelens_configuration=config_file("file", "/fluent.conf"))},
        (
            '.sidecars["agent"].firelens_configuration.options is {"config-file-type":"s3"',
            '"config-file-value":"/fluent.conf"',
            "config-file-value must be the ARN of an object in S3, e.g",
        ),
    ),
    Mistake(
        "a_log_group_in_the_options",
        {"log_configuration": {"options": {"awslogs-group": "/jobs"}}},
        {"log_configuration": {"options": {"mode": "non-blocking"}}},
        (".log_configuration.options has awslogs-group", "log_group_name"),
    ),
    Mistake(
        "a_region_in_the_options",
        {"log_configuration": {"options": {"awslogs-region": "us-east-1"}}},
        {"log_configuration": {"log_driver": "splunk", "options": {"awslogs-region": "x"}}},
        ("has awslogs-region", "the region that the task runs in"),
    ),
    Mistake(
        "a_stream_prefix_in_the_options",
        sidecar(log_configuration={"options": {"awslogs-stream-prefix": "x"}}),
        {"log_stream_prefix": "x"},
        (
            '.sidecars["agent"].log_configuration.options has awslogs-stream-prefix',
            "log_stream_prefix",
        ),
    ),
    Mistake(
        "a_log_group_that_the_containers_are_to_make",
        {"log_configuration": {"options": {"awslogs-create-group": "true"}}},
        {"create_log_group": True},
        ("has awslogs-create-group", "create_log_group"),
    ),
    Mistake(
        "a_sidecar_s_log_group_by_its_arn",
        sidecar(log_group_name="arn:aws:logs:eu-west-1:123456789012:log-group:/agent"),
        sidecar(log_group_name="/agent", log_stream_prefix="agent"),
        ('.sidecars["agent"].log_group_name is "arn:aws:logs:', "must not be an ARN"),
    ),
    Mistake(
        "a_sidecar_that_is_to_make_the_task_s_log_group",
        sidecar(create_log_group=True),
        sidecar(create_log_group=True, log_group_name="/agent/own"),
        ('.sidecars["agent"].create_log_group is true', "Set log_group_name"),
    ),
    Mistake(
        "a_variable_without_a_name",
        {"environment": {"": "x"}},
        {"environment": {"X": ""}},
        (".environment has a variable without a name",),
    ),
    Mistake(
        "more_than_ecs_registers",
        {"command": ["x" * 65500]},
        {"command": ["x" * 65000]},
        ("its container definitions have 657", "at most 65536", "environment_files"),
    ),
    Mistake(
        "a_volume_that_is_null",
        {"volumes": {"data": None}},
        {"volumes": {"data": {}}},
        ('.volumes["data"] is null', "Set {}"),
    ),
    Mistake(
        "a_container_name_with_a_dot",
        {"container_name": "hello.world"},
        {"container_name": "hello_world"},
        ('.container_name is "hello.world"', "1 to 255 letters"),
    ),
    Mistake(
        "a_sidecar_with_the_main_container_s_name",
        {"container_name": "main", "sidecars": {"main": {"image": "a"}}},
        {"container_name": "other", "sidecars": {"main": {"image": "a"}}},
        ('.sidecars["main"] has the main container\'s name', "set container_name"),
    ),
    Mistake(
        "a_family_with_a_slash",
        {"family": "jobs/nightly", "log_group_name": "/ecs/jobs"},
        {"family": "jobs-nightly"},
        ('.family is "jobs/nightly"', "1 to 255 letters"),
    ),
    Mistake(
        "a_variable_in_environment_and_secrets",
        {"environment": {"TOKEN": "x"}, "secrets": {"TOKEN": "/app/token"}},
        {"environment": {"ZONE": "x"}, "secrets": {"TOKEN": "/app/token"}},
        ('.environment and secrets both have "TOKEN"', "remove it from the other"),
    ),
    Mistake(
        "a_sidecar_s_variable_in_environment_and_secrets",
        sidecar(environment={"TOKEN": "x"}, secrets={"TOKEN": "/app/token"}),
        sidecar(environment={"ZONE": "x"}, secrets={"TOKEN": "/app/token"}),
        ('.sidecars["agent"].environment and secrets both have "TOKEN"',),
    ),
    Mistake(
        "an_arn_that_is_not_a_secret_s",
        {"secrets": {"TOKEN": "arn:aws:s3:::bucket/key"}},
        {"secrets": {"TOKEN": "arn:aws:ssm:eu-west-1:123456789012:parameter/app/token"}},
        ('.secrets["TOKEN"] is "arn:aws:s3:::bucket/key"', "never the secret itself"),
    ),
    Mistake(
        "a_secret_of_a_stage_alone",
        {"secrets": {"TOKEN": f"{SECRET}:key"}},
        {"secrets": {"TOKEN": f"{SECRET}:key::", "ALL": SECRET, "BY_NAME": "token"}},
        ('.secrets["TOKEN"] is "arn:aws:secretsmanager:',),
    ),
    Mistake(
        # The quotes show where the ARN ends, and where the message goes on.
        "a_secret_whose_arn_ends_in_colons",
        {"secrets": {"TOKEN": f"{SECRET}::"}},
        {"secrets": {"TOKEN": f"{SECRET}:::"}},
        (f'.secrets["TOKEN"] is "{SECRET}::".',),
    ),
)

VALUES = (
    Mistake(
        "a_secret_option_that_is_the_secret",
        {"log_configuration": {"secret_options": {"token": "s3cr3t!"}}},
        {"log_configuration": {"secret_options": {"token": "/app/token"}}},
        (
            '.log_configuration.secret_options["token"] is neither an ARN nor a name',
            'It must be the ARN of a secret in Secrets Manager (":json-key:stage:ve',
        ),
    ),
    Mistake(
        "an_environment_file_that_is_not_in_s3",
        {"environment_files": ["nightly.env"]},
        {"environment_files": ["arn:aws-cn:s3:::settings/team/nightly.env"]},
        (
            '.environment_files has "nightly.env"',
            "Each must be the ARN of an object in S3 whose name ends in .env, e.g",
        ),
    ),
    Mistake(
        "registry_credentials_with_a_json_key",
        {"repository_credentials": {"credentials_parameter": f"{SECRET}:password::"}},
        {"repository_credentials": {"credentials_parameter": SECRET}},
        ("repository_credentials.credentials_parameter", "ARN of a secret"),
    ),
    Mistake(
        "an_unknown_version_consistency",
        {"version_consistency": "off"},
        {"version_consistency": "disabled"},
        ('.version_consistency is "off"', "enabled or disabled"),
    ),
    Mistake(
        "an_unknown_permission_of_a_device",
        {**EC2, **linux(devices=[{"host_path": "/dev/fuse", "permissions": ["rw"]}])},
        {**EC2, **linux(devices=[{"host_path": "/dev/fuse", "permissions": ["read"]}])},
        ('["rw"]', "read, write and mknod"),
    ),
    Mistake(
        "a_volume_name_with_a_blank",
        {"volumes": {"my data": {}}},
        {"volumes": {"my-data": {}}},
        ('.volumes["my data"] has a name that ECS refuses', "letters, digits"),
    ),
    Mistake(
        "a_volume_of_two_kinds",
        {**EC2, **volume(host_path="/d", efs_volume_configuration=EFS)},
        {**EC2, **volume(host_path="/d")},
        ('.volumes["data"] has several kinds', "Set one of host_path"),
    ),
    Mistake(
        "an_unknown_scope",
        {**EC2, **volume(docker_volume_configuration={"scope": "global"})},
        {**EC2, **volume(docker_volume_configuration={"scope": "shared"})},
        (
            '.volumes["data"].docker_volume_configuration.scope is "global"',
            "It must be task or shared",
        ),
    ),
    Mistake(
        "autoprovision_of_a_task_s_volume",
        {**EC2, **volume(docker_volume_configuration={"autoprovision": True})},
        {
            **EC2,
            **volume(docker_volume_configuration={"autoprovision": True, "scope": "shared"}),
        },
        ("docker_volume_configuration.autoprovision", 'scope = "shared" only'),
    ),
    Mistake(
        "an_access_point_without_encryption",
        volume(
            efs_volume_configuration={
                **EFS,
                "transit_encryption": "DISABLED",
                "authorization_config": {"access_point_id": "fsap-1"},
            }
        ),
        volume(
            efs_volume_configuration={
                **EFS,
                "authorization_config": {"access_point_id": "fsap-1"},
            }
        ),
        (
            '.volumes["data"].efs_volume_configuration.transit_encryption is "DISABLED"',
            "authorization_config needs ENABLED",
        ),
    ),
    Mistake(
        "an_access_point_with_a_directory",
        volume(
            efs_volume_configuration={
                **EFS,
                "root_directory": "/team",
                "authorization_config": {"access_point_id": "fsap-1"},
            }
        ),
        volume(efs_volume_configuration={**EFS, "root_directory": "/team"}),
        ('.volumes["data"].efs_volume_configuration.root_directory is "/team"', "access point"),
    ),
    Mistake(
        "an_unknown_encryption",
        volume(efs_volume_configuration={**EFS, "transit_encryption": "TLS"}),
        volume(efs_volume_configuration={**EFS, "transit_encryption": "DISABLED"}),
        (
            '.volumes["data"].efs_volume_configuration.transit_encryption is "TLS"',
            "It must be ENABLED or DISABLED",
        ),
    ),
    Mistake(
        "a_role_beside_one_to_be_made",
        {"task_role_arn": "arn:aws:iam::123456789012:role/r", **role()},
        {"task_role_arn": "arn:aws:iam::123456789012:role/r"},
        ("has both task_role and task_role_arn", "A task has one role: leave one of them out"),
    ),
    Mistake(
        "a_role_s_name_with_a_blank",
        role(name="my role"),
        role(name="my-role"),
        ('.task_role.name is "my role"', "1 to 64"),
    ),
    Mistake(
        "a_role_s_path_without_slashes",
        role(path="airflow"),
        role(path="/airflow/"),
        ('.task_role.path is "airflow"', "slash"),
    ),
    Mistake(
        "a_statement_whose_name_has_a_hyphen",
        role(sid="read-it"),
        role(sid="ReadIt"),
        ('"read-it"', "letters and digits"),
    ),
    Mistake(
        "an_unknown_effect",
        role(statement={"effect": "allow"}),
        role(statement={"effect": "Deny"}),
        ('.task_role.statements["Read"].effect is "allow"', "It must be Allow or Deny"),
    ),
    Mistake(
        "an_action_without_its_service",
        role(statement={"actions": ["GetObject"]}),
        role(statement={"actions": ["s3:Get*"]}),
        ('.task_role.statements["Read"].actions is ["GetObject"]', "s3:GetObject"),
    ),
)
