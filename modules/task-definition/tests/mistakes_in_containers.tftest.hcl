# No credentials and no calls: `terraform init && terraform test` in this folder.
# tests/task_tables in the root has the same tasks, with what the messages say.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name               = "wrong"
  execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  region             = "eu-west-1"
  account_id         = "123456789012"
  partition          = "aws"
}

run "an_image_with_a_scheme_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "https://registry.example.com/etl:1" }
  }
}

run "an_image_in_capitals_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "Team/ETL:1" }
  }
}

run "an_image_with_an_empty_tag_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { agent = { image = "etl:" } } }
  }
}

run "more_than_ten_containers_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { s0 = { image = "a" }, s1 = { image = "a" }, s2 = { image = "a" }, s3 = { image = "a" }, s4 = { image = "a" }, s5 = { image = "a" }, s6 = { image = "a" }, s7 = { image = "a" }, s8 = { image = "a" }, s9 = { image = "a" } } }
  }
}

run "a_dependency_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", depends_on = { proxy = "START" } }
  }
}

run "an_unknown_condition_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", depends_on = { agent = "DONE" }, sidecars = { agent = { image = "agent:1" } } }
  }
}

run "waiting_for_health_that_is_not_checked_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", depends_on = { agent = "HEALTHY" }, sidecars = { agent = { image = "agent:1" } } }
  }
}

run "waiting_for_the_end_of_an_essential_container_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", depends_on = { agent = "COMPLETE" }, sidecars = { agent = { image = "agent:1", essential = true } } }
  }
}

run "dependencies_in_a_circle_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { a = { image = "a", depends_on = { b = "START" } }, b = { image = "a", depends_on = { c = "START" } }, c = { image = "a", depends_on = { a = "START" } } } }
  }
}

run "a_mount_of_a_volume_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "dta", container_path = "/a" }] }
  }
}

run "two_mounts_at_one_path_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "data", container_path = "/a" }, { source_volume = "data", container_path = "/a" }] }
  }
}

run "volumes_from_a_container_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes_from = [{ source_container = "agnet" }], sidecars = { agent = { image = "agent:1" } } }
  }
}

run "an_unknown_ulimit_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", ulimits = { files = { soft_limit = 1, hard_limit = 2 } } }
  }
}

run "a_soft_limit_over_the_hard_one_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", ulimits = { nofile = { soft_limit = 3, hard_limit = 2 } } }
  }
}

run "a_health_check_that_is_no_command_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", health_check = { command = ["true"] } }
  }
}

run "a_health_check_too_often_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], interval = 4 } }
  }
}

run "a_port_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", port_mappings = [{ container_port = 70000 }] }
  }
}

run "an_unknown_protocol_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", port_mappings = [{ container_port = 80, protocol = "http" }] }
  }
}

run "a_port_and_a_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", port_mappings = [{ container_port = 80, container_port_range = "80-90" }] }
  }
}

run "no_number_of_gpus_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", resource_requirements = { GPU = "all" } }
  }
}

run "firelens_without_a_router_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", log_configuration = { log_driver = "awsfirelens" } }
  }
}

run "an_unknown_router_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = { type = "vector" } } } }
  }
}

run "a_secret_option_that_is_the_secret_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", log_configuration = { secret_options = { token = "s3cr3t!" } } }
  }
}

run "an_environment_file_that_is_not_in_s3_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", environment_files = ["nightly.env"] }
  }
}

run "registry_credentials_with_a_json_key_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", repository_credentials = { credentials_parameter = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123:password::" } }
  }
}

run "an_unknown_version_consistency_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", version_consistency = "off" }
  }
}

run "an_unknown_permission_of_a_device_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", linux_parameters = { devices = [{ host_path = "/dev/fuse", permissions = ["rw"] }] } }
  }
}

run "a_volume_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { "my data" = {} } }
  }
}

run "a_volume_of_two_kinds_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { host_path = "/d", efs_volume_configuration = { file_system_id = "fs-1" } } } }
  }
}

run "an_unknown_scope_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { docker_volume_configuration = { scope = "global" } } } }
  }
}

run "autoprovision_of_a_task_s_volume_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { docker_volume_configuration = { autoprovision = true } } } }
  }
}

run "an_access_point_without_encryption_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption = "DISABLED", authorization_config = { access_point_id = "fsap-1" } } } } }
  }
}

run "an_access_point_with_a_directory_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", root_directory = "/team", authorization_config = { access_point_id = "fsap-1" } } } } }
  }
}

run "an_unknown_encryption_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption = "TLS" } } } }
  }
}

run "a_role_beside_one_to_be_made_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", task_role_arn = "arn:aws:iam::123456789012:role/r", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } } } }
  }
}

run "a_role_s_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, name = "my role" } }
  }
}

run "a_role_s_path_without_slashes_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, path = "airflow" } }
  }
}

run "a_statement_whose_name_has_a_hyphen_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", task_role = { statements = { read-it = { actions = ["s3:GetObject"], resources = ["*"] } } } }
  }
}

run "an_unknown_effect_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"], effect = "allow" } } } }
  }
}

run "an_action_without_its_service_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", task_role = { statements = { Read = { actions = ["GetObject"], resources = ["*"] } } } }
  }
}
