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

run "a_port_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 70000 }] } }
}

run "a_port_of_the_host_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port = 80, host_port = 65536 }] } }
}

run "an_unknown_protocol_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 80, protocol = "http" }] } }
}

run "an_unknown_protocol_of_the_application_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 80, app_protocol = "ftp" }] } }
}

run "a_port_s_name_in_capitals_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 80, name = "Web" }] } }
}

run "a_port_and_a_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 80, container_port_range = "80-90" }] } }
}

run "neither_a_port_nor_a_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ protocol = "tcp" }] } }
}

run "a_range_that_ends_before_it_begins_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port_range = "90-80" }] } }
}

run "a_range_over_the_last_port_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port_range = "65000-65536" }] } }
}

run "a_range_with_a_port_of_the_host_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port_range = "80-90", host_port = 80 }] } }
}

run "a_range_on_the_host_s_network_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "host", memory = 512, port_mappings = [{ container_port_range = "80-90" }] } }
}

run "a_port_of_the_host_with_awsvpc_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 80, host_port = 8080 }] } }
}

run "another_port_on_the_host_s_network_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "host", memory = 512, port_mappings = [{ container_port = 80, host_port = 8080 }] } }
}

run "a_port_without_a_network_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "none", memory = 512, port_mappings = [{ container_port = 80 }] } }
}

run "a_port_that_two_mappings_take_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 80 }, { container_port = 80 }] } }
}

run "a_port_that_two_containers_take_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", port_mappings = [{ container_port = 80 }], sidecars = { agent = { image = "agent:1", port_mappings = [{ container_port = 80 }] } } } }
}

run "a_port_of_the_host_that_two_containers_take_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port = 80, host_port = 8080 }], sidecars = { agent = { image = "agent:1", port_mappings = [{ container_port = 81, host_port = 8080 }] } } } }
}

run "a_link_to_nobody_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, links = ["agnet:a"], sidecars = { agent = { image = "agent:1" } } } }
}

run "a_link_on_the_host_s_network_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "host", memory = 512, links = ["agent"], sidecars = { agent = { image = "agent:1" } } } }
}

run "a_link_with_awsvpc_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", links = ["agent"], sidecars = { agent = { image = "agent:1" } } } }
}

run "an_extra_host_with_awsvpc_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", extra_hosts = { db = "10.0.0.3" } } }
}

run "a_host_name_with_awsvpc_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", hostname = "etl" } }
}

run "an_unknown_kernel_parameter_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", system_controls = { "vm.swappiness" = "1" } } }
}

run "a_kernel_parameter_of_the_host_s_network_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "host", memory = 512, system_controls = { "net.core.somaxconn" = "1" } } }
}

run "a_kernel_parameter_of_the_host_s_ipc_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, ipc_mode = "host", system_controls = { "kernel.sem" = "1" } } }
}
