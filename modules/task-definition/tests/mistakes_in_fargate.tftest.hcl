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

run "privileged_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", privileged = true } }
}

run "a_privileged_sidecar_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "agent:1", privileged = true } } } }
}

run "a_gpu_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", resource_requirements = { GPU = "1" } } }
}

run "a_host_volume_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { host_path = "/data" } } } }
}

run "a_docker_volume_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { docker_volume_configuration = {} } } } }
}

run "shared_memory_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { shared_memory_size = 64 } } }
}

run "a_device_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { devices = [{ host_path = "/dev/fuse" }] } } }
}

run "swap_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { max_swap = 64 } } }
}

run "a_capability_that_fargate_does_not_add_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { capabilities = { add = ["NET_ADMIN"] } } } }
}

run "a_bridge_network_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", network_mode = "bridge" } }
}

run "the_host_s_processes_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", pid_mode = "host" } }
}

run "an_ipc_mode_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", ipc_mode = "task" } }
}

run "placement_constraints_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", placement_constraints = [{ expression = "attribute:a == b" }] } }
}

run "a_placement_strategy_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", placement_strategy = [{ type = "spread", field = "host" }] } }
}

run "dns_servers_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", dns_servers = ["10.0.0.2"] } }
}

run "dns_search_domains_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", dns_search_domains = ["corp"] } }
}

run "no_network_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", disable_networking = true } }
}

run "swappiness_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { swappiness = 10 } } }
}

run "an_unknown_platform_version_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", platform_version = "banana" } }
}

run "a_platform_version_on_instances_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, platform_version = "1.4.0" } }
}

run "a_platform_version_without_efs_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", platform_version = "1.3.0", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1" } } } } }
}

run "a_platform_version_without_much_else_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", platform_version = "1.3.0", cpu = 8192, memory = 16384, pid_mode = "task", ephemeral_storage = { size_in_gib = 30 }, environment_files = ["arn:aws:s3:::b/a.env"], system_controls = { "net.core.somaxconn" = "9" }, linux_parameters = { capabilities = { add = ["SYS_PTRACE"] } } } }
}

run "docker_security_options_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", docker_security_options = ["no-new-privileges"] } }
}

run "a_log_driver_that_fargate_does_not_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_configuration = { log_driver = "json-file" } } }
}

run "a_stop_timeout_longer_than_fargate_waits_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", stop_timeout = 121 } }
}
