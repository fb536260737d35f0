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

run "linux_parameters_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, linux_parameters = { init_process_enabled = true } } }
}

run "privileged_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", privileged = true } }
}

run "a_read_only_root_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, readonly_root_filesystem = true } }
}

run "ulimits_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, ulimits = { nofile = { soft_limit = 1, hard_limit = 1 } } } }
}

run "a_user_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, sidecars = { agent = { image = "agent:1", user = "1000" } } } }
}

run "a_process_mode_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", pid_mode = "host" } }
}

run "an_ipc_mode_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", ipc_mode = "host" } }
}

run "ephemeral_storage_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, ephemeral_storage = { size_in_gib = 30 } } }
}

run "kernel_parameters_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, system_controls = { "net.core.somaxconn" = "9" } } }
}

run "dns_servers_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", dns_servers = ["10.0.0.2"] } }
}

run "dns_search_domains_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", dns_search_domains = ["corp"] } }
}

run "no_network_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", disable_networking = true } }
}

run "a_bridge_network_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", network_mode = "bridge" } }
}

run "links_and_extra_hosts_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", sidecars = { agent = { image = "agent:1" } }, network_mode = "bridge", links = ["agent"], extra_hosts = { db = "10.0.0.3" } } }
}

run "efs_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1" } } } } }
}

run "a_volume_driver_of_linux_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", volumes = { data = { docker_volume_configuration = { driver = "rexray/ebs" } } } } }
}

run "a_windows_share_on_linux_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { fsx_windows_file_server_volume_configuration = { file_system_id = "fs-1", root_directory = "share", authorization_config = { credentials_parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/password", domain = "d" } } } } } }
}

run "a_windows_share_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, volumes = { data = { fsx_windows_file_server_volume_configuration = { file_system_id = "fs-1", root_directory = "share", authorization_config = { credentials_parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/password", domain = "d" } } } } } }
}

run "a_windows_share_whose_password_is_no_reference_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", volumes = { data = { fsx_windows_file_server_volume_configuration = { file_system_id = "fs-1", root_directory = "share", authorization_config = { credentials_parameter = "s3cr3t", domain = "d" } } } } } }
}

run "arm_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE", cpu_architecture = "ARM64" }, cpu = 1024, memory = 2048 } }
}

run "windows_on_fargate_spot_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] } }
}

run "a_windows_of_long_ago_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2016_FULL" }, cpu = 1024, memory = 2048 } }
}

run "a_platform_version_of_linux_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, platform_version = "1.4.0" } }
}
