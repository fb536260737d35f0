"""Mistakes in containers, volumes and roles."""

from __future__ import annotations

from task_tables.mistake import (
    EC2,
    EFS,
    Mistake,
    health,
    linux,
    mount,
    role,
    sidecar,
    volume,
)

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
        "a_health_check_too_often",
        health(interval=4),
        health(interval=5),
        ("health_check.interval", "= 4: legal is 5 to 300"),
    ),
    Mistake(
        "a_port_out_of_range",
        {"port_mappings": [{"container_port": 70000}]},
        {"port_mappings": [{"container_port": 65535}]},
        ("has the port 70000", "1 to 65535"),
    ),
    Mistake(
        "an_unknown_protocol",
        {"port_mappings": [{"container_port": 80, "protocol": "http"}]},
        {"port_mappings": [{"container_port": 80, "protocol": "udp"}]},
        ('port_mappings.protocol of container "wrong" = "http"', "tcp and udp"),
    ),
    Mistake(
        "a_port_and_a_range",
        {"port_mappings": [{"container_port": 80, "container_port_range": "80-90"}]},
        {"port_mappings": [{"container_port_range": "80-90"}]},
        ("either container_port or container_port_range",),
    ),
    Mistake(
        "no_number_of_gpus",
        {**EC2, "resource_requirements": {"GPU": "all"}},
        {**EC2, "resource_requirements": {"GPU": "2"}},
        ('{"GPU":"all"}', 'GPU = "1"'),
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
