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
    sidecar,
    volume,
)

FLUENT = "arn:aws:s3:::settings/fluent.conf"


def config_file(kind: str, value: str) -> Task:
    """Return a router's configuration from a file."""
    return {"options": {"config-file-type": kind, "config-file-value": value}}


CONTAINERS = (
    Mistake(
        "an_image_with_a_scheme",
        {"image": "https://registry.example.com/etl:1"},
        {"image": "registry.example.com:5000/team/etl:1"},
        ('image of container "wrong" = "https://registry.example.com/etl:1"', "[:tag]"),
    ),
    Mistake(
        "an_image_in_capitals",
        {"image": "Team/ETL:1"},
        {"image": "team/etl:V1"},
        ('= "Team/ETL:1"', "lower case"),
    ),
    Mistake(
        "an_image_with_an_empty_tag",
        sidecar(image="etl:"),
        sidecar(image="etl@sha256:" + "0a" * 32),
        ('image of container "agent" = "etl:"',),
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
        ('{"proxy":"START"}', "there is no such container; this task has wrong"),
    ),
    Mistake(
        "an_unknown_condition",
        {"depends_on": {"agent": "DONE"}, **sidecar()},
        {"depends_on": {"agent": "SUCCESS"}, **sidecar()},
        ('{"agent":"DONE"}', "START, COMPLETE, SUCCESS and HEALTHY"),
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
        ('no volume "dta"', "volumes has data"),
    ),
    Mistake(
        "two_mounts_at_one_path",
        mount("/a", "/a"),
        mount("/a", "/b"),
        ('"/a" is mounted twice',),
    ),
    Mistake(
        "volumes_from_a_container_that_does_not_exist",
        {"volumes_from": [{"source_container": "agnet"}], **sidecar()},
        {"volumes_from": [{"source_container": "agent"}], **sidecar()},
        ('no other container "agnet"', "agent"),
    ),
    Mistake(
        "an_unknown_ulimit",
        {"ulimits": {"files": {"soft_limit": 1, "hard_limit": 2}}},
        {"ulimits": {"nofile": {"soft_limit": 1, "hard_limit": 2}}},
        ('ulimits of container "wrong" has "files"', "nofile"),
    ),
    Mistake(
        "a_soft_limit_over_the_hard_one",
        {"ulimits": {"nofile": {"soft_limit": 3, "hard_limit": 2}}},
        {"ulimits": {"nofile": {"soft_limit": 2, "hard_limit": 2}}},
        ("soft_limit 3 over hard_limit 2",),
    ),
    Mistake(
        "a_health_check_that_is_no_command",
        health(command=["true"]),
        health(command=["CMD", "true"]),
        ('health_check.command of container "wrong" = ["true"]', "CMD-SHELL"),
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
        ("no sidecar has a firelens_configuration",),
    ),
    Mistake(
        "an_unknown_router",
        sidecar(firelens_configuration={"type": "vector"}),
        sidecar(firelens_configuration={"type": "fluentd"}),
        ('firelens_configuration.type of container "agent" = "vector"',),
    ),
    Mistake(
        "two_routers",
        {"sidecars": {n: {"image": "r", "firelens_configuration": {}} for n in ("a", "b")}},
        sidecar(firelens_configuration={}),
        ("firelens_configuration stands in a and b",),
    ),
    Mistake(
        "a_router_that_logs_to_itself",
        sidecar(firelens_configuration={}, log_configuration={"log_driver": "awsfirelens"}),
        sidecar(firelens_configuration={}, log_configuration={"log_driver": "awslogs"}),
        ('log_driver of container "agent" = "awsfirelens"', "is itself the router"),
    ),
    Mistake(
        "a_router_s_file_in_s3_on_fargate",
        sidecar(firelens_configuration=config_file("s3", FLUENT)),
        {**EC2, **sidecar(firelens_configuration=config_file("s3", FLUENT))},
        ('firelens_configuration.options of container "agent"', "file on Fargate"),
    ),
    Mistake(
        "a_router_s_file_that_is_not_said",
        {**EC2, **sidecar(firelens_configuration={"options": {"config-file-type": "s3"}})},
        sidecar(firelens_configuration=config_file("file", "/fluent.conf")),
        ("config-file-type and config-file-value go together",),
    ),
    Mistake(
        "a_router_s_file_that_is_not_in_s3",
        {**EC2, **sidecar(firelens_configuration=config_file("s3", "/fluent.conf"))},
        {**EC2, **sidecar(firelens_configuration=config_file("file", "/fluent.conf"))},
        ("config-file-value is the ARN of an object in S3",),
    ),
    Mistake(
        "a_log_group_in_the_options",
        {"log_configuration": {"options": {"awslogs-group": "/jobs"}}},
        {"log_configuration": {"options": {"mode": "non-blocking"}}},
        ('log_configuration.options of container "wrong" has awslogs-group', "log_group_name"),
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
        ('options of container "agent" has awslogs-stream-prefix', "log_stream_prefix"),
    ),
    Mistake(
        "a_log_group_that_the_containers_are_to_make",
        {"log_configuration": {"options": {"awslogs-create-group": "true"}}},
        {"create_log_group": True},
        ("has awslogs-create-group", "create_log_group"),
    ),
)

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123"

VALUES = (
    Mistake(
        "a_secret_option_that_is_the_secret",
        {"log_configuration": {"secret_options": {"token": "s3cr3t!"}}},
        {"log_configuration": {"secret_options": {"token": "/app/token"}}},
        ("log_configuration.secret_options: token", "neither ARN nor name"),
    ),
    Mistake(
        "an_environment_file_that_is_not_in_s3",
        {"environment_files": ["nightly.env"]},
        {"environment_files": ["arn:aws-cn:s3:::settings/team/nightly.env"]},
        ('environment_files of container "wrong" = "nightly.env"', "objects in S3"),
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
        ("version_consistency", '= "off": legal are enabled and disabled'),
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
        ('volumes: "my data"', "letters, digits"),
    ),
    Mistake(
        "a_volume_of_two_kinds",
        {**EC2, **volume(host_path="/d", efs_volume_configuration=EFS)},
        {**EC2, **volume(host_path="/d")},
        ('volumes: "data": give one of host_path',),
    ),
    Mistake(
        "an_unknown_scope",
        {**EC2, **volume(docker_volume_configuration={"scope": "global"})},
        {**EC2, **volume(docker_volume_configuration={"scope": "shared"})},
        ('docker_volume_configuration.scope = "global"', "task and shared"),
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
        ("authorization_config needs transit_encryption",),
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
        ('efs_volume_configuration.root_directory = "/team"', "access point"),
    ),
    Mistake(
        "an_unknown_encryption",
        volume(efs_volume_configuration={**EFS, "transit_encryption": "TLS"}),
        volume(efs_volume_configuration={**EFS, "transit_encryption": "DISABLED"}),
        ('transit_encryption = "TLS"', "ENABLED and DISABLED"),
    ),
    Mistake(
        "a_role_beside_one_to_be_made",
        {"task_role_arn": "arn:aws:iam::123456789012:role/r", **role()},
        {"task_role_arn": "arn:aws:iam::123456789012:role/r"},
        ("task_role.task_role_arn is given too",),
    ),
    Mistake(
        "a_role_s_name_with_a_blank",
        role(name="my role"),
        role(name="my-role"),
        ('task_role.name = "my role"', "1 to 64"),
    ),
    Mistake(
        "a_role_s_path_without_slashes",
        role(path="airflow"),
        role(path="/airflow/"),
        ('task_role.path = "airflow"', "slash"),
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
        ('effect = "allow"', "Allow and Deny"),
    ),
    Mistake(
        "an_action_without_its_service",
        role(statement={"actions": ["GetObject"]}),
        role(statement={"actions": ["s3:Get*"]}),
        ('actions = ["GetObject"]', "s3:GetObject"),
    ),
)
