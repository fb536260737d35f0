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

run "linux_parameters_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, linux_parameters = { init_process_enabled = true } }
  }
}

run "efs_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1" } } } }
  }
}

run "arm_on_windows_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE", cpu_architecture = "ARM64" }, cpu = 1024, memory = 2048 }
  }
}

run "windows_on_fargate_spot_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] }
  }
}

run "an_unknown_architecture_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { cpu_architecture = "arm64" } }
  }
}

run "an_unknown_operating_system_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", runtime_platform = { operating_system_family = "DARWIN" } }
  }
}

run "an_unknown_network_mode_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "nat" }
  }
}

run "an_unknown_pid_mode_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", pid_mode = "container" }
  }
}

run "an_unknown_ipc_mode_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", ipc_mode = "private" }
  }
}

run "a_weight_over_the_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1001 }] }
  }
}

run "two_bases_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1, base = 1 }, { capacity_provider = "FARGATE", weight = 1, base = 1 }] }
  }
}

run "weights_that_are_all_zero_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 0 }, { capacity_provider = "FARGATE", weight = 0 }] }
  }
}

run "a_provider_given_twice_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }, { capacity_provider = "FARGATE_SPOT", weight = 1 }] }
  }
}

run "a_placement_constraint_that_a_definition_cannot_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", placement_constraints = [{ type = "distinctInstance" }] }
  }
}

run "an_unknown_placement_strategy_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", placement_strategy = [{ type = "nearest" }] }
  }
}
