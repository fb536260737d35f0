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

run "a_windows_task_of_a_linux_size_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 512, memory = 1024 }
  }
}

run "a_windows_task_with_memory_that_is_no_pair_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 1024 }
  }
}

run "ephemeral_storage_under_the_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", ephemeral_storage = { size_in_gib = 20 } }
  }
}

run "ephemeral_storage_over_the_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", ephemeral_storage = { size_in_gib = 201 } }
  }
}

run "ephemeral_storage_on_instances_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", ephemeral_storage = { size_in_gib = 30 } }
  }
}

run "less_cpu_than_instances_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", cpu = 64 }
  }
}

run "less_memory_than_a_container_needs_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 4 }
  }
}

run "containers_with_more_memory_than_the_task_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", container_memory = 400, sidecars = { agent = { image = "agent:1", memory = 200 } } }
  }
}

run "containers_with_more_cpu_than_the_task_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", container_cpu = 200, sidecars = { agent = { image = "agent:1", cpu = 100 } } }
  }
}

run "a_container_with_more_memory_than_the_task_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", memory_reservation = 100, container_memory = 1024 }
  }
}

run "a_reservation_over_the_limit_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", memory_reservation = 300, container_memory = 200 }
  }
}

run "a_container_of_less_than_six_mebibytes_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { agent = { image = "agent:1", memory = 4 } } }
  }
}

run "privileged_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", privileged = true }
  }
}

run "a_privileged_sidecar_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { agent = { image = "agent:1", privileged = true } } }
  }
}

run "a_gpu_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", resource_requirements = { GPU = "1" } }
  }
}

run "a_host_volume_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { data = { host_path = "/data" } } }
  }
}

run "a_docker_volume_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", volumes = { data = { docker_volume_configuration = {} } } }
  }
}

run "shared_memory_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", linux_parameters = { shared_memory_size = 64 } }
  }
}

run "a_device_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", linux_parameters = { devices = [{ host_path = "/dev/fuse" }] } }
  }
}

run "swap_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", linux_parameters = { max_swap = 64 } }
  }
}

run "a_capability_that_fargate_does_not_add_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", linux_parameters = { capabilities = { add = ["NET_ADMIN"] } } }
  }
}

run "a_bridge_network_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", network_mode = "bridge" }
  }
}

run "the_host_s_processes_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", pid_mode = "host" }
  }
}

run "an_ipc_mode_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", ipc_mode = "task" }
  }
}

run "placement_constraints_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", placement_constraints = [{ expression = "attribute:a == b" }] }
  }
}

run "a_placement_strategy_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", placement_strategy = [{ type = "spread", field = "host" }] }
  }
}

run "dns_servers_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", dns_servers = ["10.0.0.2"] }
  }
}

run "docker_security_options_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", docker_security_options = ["no-new-privileges"] }
  }
}

run "a_log_driver_that_fargate_does_not_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", log_configuration = { log_driver = "json-file" } }
  }
}

run "a_windows_of_long_ago_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2016_FULL" }, cpu = 1024, memory = 2048 }
  }
}

run "a_stop_timeout_longer_than_fargate_waits_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", stop_timeout = 121 }
  }
}

run "a_host_name_with_awsvpc_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", hostname = "etl" }
  }
}

run "a_port_of_the_host_with_awsvpc_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", port_mappings = [{ container_port = 80, host_port = 8080 }] }
  }
}
