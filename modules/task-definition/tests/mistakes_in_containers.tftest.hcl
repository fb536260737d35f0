# Written by tests/write_task_tests.py from tests/task_tables: change those.
# No credentials and no calls: `terraform init && terraform test` in this folder.
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
  variables { task = { image = "https://registry.example.com/etl:1" } }
}

run "an_image_in_capitals_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "Team/ETL:1" } }
}

run "an_image_with_an_empty_tag_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "etl:" } } } }
}

run "more_than_ten_containers_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { s0 = { image = "a" }, s1 = { image = "a" }, s2 = { image = "a" }, s3 = { image = "a" }, s4 = { image = "a" }, s5 = { image = "a" }, s6 = { image = "a" }, s7 = { image = "a" }, s8 = { image = "a" }, s9 = { image = "a" } } } }
}

run "a_dependency_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", depends_on = { proxy = "START" } } }
}

run "an_unknown_condition_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", depends_on = { agent = "DONE" }, sidecars = { agent = { image = "agent:1" } } } }
}

run "waiting_for_health_that_is_not_checked_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", depends_on = { agent = "HEALTHY" }, sidecars = { agent = { image = "agent:1" } } } }
}

run "waiting_for_the_end_of_an_essential_container_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", depends_on = { agent = "COMPLETE" }, sidecars = { agent = { image = "agent:1", essential = true } } } }
}

run "dependencies_in_a_circle_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { a = { image = "a", depends_on = { b = "START" } }, b = { image = "a", depends_on = { c = "START" } }, c = { image = "a", depends_on = { a = "START" } } } } }
}

run "a_mount_of_a_volume_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "dta", container_path = "/a" }] } }
}

run "two_mounts_at_one_path_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "data", container_path = "/a" }, { source_volume = "data", container_path = "/a" }] } }
}

run "volumes_from_a_container_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes_from = [{ source_container = "agnet" }], sidecars = { agent = { image = "agent:1" } } } }
}

run "an_unknown_ulimit_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", ulimits = { files = { soft_limit = 1, hard_limit = 2 } } } }
}

run "a_soft_limit_over_the_hard_one_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", ulimits = { nofile = { soft_limit = 3, hard_limit = 2 } } } }
}

run "a_health_check_that_is_no_command_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", health_check = { command = ["true"] } } }
}

run "no_number_of_gpus_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, resource_requirements = { GPU = "0" } } }
}

run "firelens_without_a_router_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_configuration = { log_driver = "awsfirelens" } } }
}

run "an_unknown_router_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = { type = "vector" } } } } }
}

run "two_routers_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { a = { image = "r", firelens_configuration = {} }, b = { image = "r", firelens_configuration = {} } } } }
}

run "a_router_that_logs_to_itself_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = {}, log_configuration = { log_driver = "awsfirelens" } } } } }
}

run "a_router_s_file_in_s3_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = { options = { config-file-type = "s3", config-file-value = "arn:aws:s3:::settings/fluent.conf" } } } } } }
}

run "a_router_s_file_that_is_not_said_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, sidecars = { agent = { image = "agent:1", firelens_configuration = { options = { config-file-type = "s3" } } } } } }
}

run "a_router_s_file_that_is_not_in_s3_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, sidecars = { agent = { image = "agent:1", firelens_configuration = { options = { config-file-type = "s3", config-file-value = "/fluent.conf" } } } } } }
}

run "a_log_group_in_the_options_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_configuration = { options = { awslogs-group = "/jobs" } } } }
}

run "a_region_in_the_options_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_configuration = { options = { awslogs-region = "us-east-1" } } } }
}

run "a_stream_prefix_in_the_options_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "agent:1", log_configuration = { options = { awslogs-stream-prefix = "x" } } } } } }
}

run "a_log_group_that_the_containers_are_to_make_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_configuration = { options = { awslogs-create-group = "true" } } } }
}
