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

run "a_windows_task_of_a_linux_size_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 512, memory = 1024 } }
}

run "a_windows_task_with_memory_that_is_no_pair_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 1024 } }
}

run "ephemeral_storage_under_the_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", ephemeral_storage = { size_in_gib = 20 } } }
}

run "ephemeral_storage_over_the_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", ephemeral_storage = { size_in_gib = 201 } } }
}

run "ephemeral_storage_on_instances_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, ephemeral_storage = { size_in_gib = 30 } } }
}

run "less_cpu_than_instances_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, cpu = 64 } }
}

run "less_memory_than_a_container_needs_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 4 } }
}

run "containers_with_more_memory_than_the_task_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", container_memory = 400, sidecars = { agent = { image = "agent:1", memory = 200 } } } }
}

run "containers_with_more_cpu_than_the_task_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", container_cpu = 200, sidecars = { agent = { image = "agent:1", cpu = 100 } } } }
}

run "a_container_with_more_memory_than_the_task_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", memory_reservation = 100, container_memory = 1024 } }
}

run "a_reservation_over_the_limit_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", memory_reservation = 300, container_memory = 200 } }
}

run "a_container_of_less_than_six_mebibytes_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "agent:1", memory = 4 } } } }
}

run "a_task_on_instances_without_any_memory_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge" } }
}

run "a_sidecar_on_instances_without_any_memory_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory_reservation = 64, sidecars = { agent = { image = "agent:1" } } } }
}

run "memory_in_fractions_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512.5 } }
}

run "cpu_in_fractions_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, cpu = 128.5 } }
}

run "ephemeral_storage_in_fractions_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", ephemeral_storage = { size_in_gib = 21.5 } } }
}

run "cpu_that_fargate_does_not_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", cpu = 300 } }
}
