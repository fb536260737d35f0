# No credentials and no calls: `terraform init && terraform test` in this folder.
# The mistakes_in_*.tftest.hcl have the others, tests/legal_tasks.tftest.hcl in the root
# what is legal beside them.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name               = "nightly"
  execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  task               = { image = "etl:1" }
}

run "a_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "my task"
  }
}

run "cpu_256_with_memory_512_is_legal" {
  command = plan

  variables {
    task = { image = "etl:1", cpu = 256, memory = 512 }
  }

  assert {
    condition     = aws_ecs_task_definition.this.memory == "512"
    error_message = "It is refused, or without effect."
  }
}

run "cpu_512_with_memory_4096_is_legal" {
  command = plan

  variables {
    task = { image = "etl:1", cpu = 512, memory = 4096 }
  }

  assert {
    condition     = aws_ecs_task_definition.this.memory == "4096"
    error_message = "It is refused, or without effect."
  }
}

run "cpu_4096_with_memory_30720_is_legal" {
  command = plan

  variables {
    task = { image = "etl:1", cpu = 4096, memory = 30720 }
  }

  assert {
    condition     = aws_ecs_task_definition.this.memory == "30720"
    error_message = "It is refused, or without effect."
  }
}

run "cpu_8192_with_memory_61440_is_legal" {
  command = plan

  variables {
    task = { image = "etl:1", cpu = 8192, memory = 61440 }
  }

  assert {
    condition     = aws_ecs_task_definition.this.memory == "61440"
    error_message = "It is refused, or without effect."
  }
}

run "cpu_16384_with_memory_122880_is_legal" {
  command = plan

  variables {
    task = { image = "etl:1", cpu = 16384, memory = 122880 }
  }

  assert {
    condition     = aws_ecs_task_definition.this.memory == "122880"
    error_message = "It is refused, or without effect."
  }
}

run "cpu_256_with_memory_4096_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", cpu = 256, memory = 4096 }
  }
}

run "cpu_512_with_memory_512_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", cpu = 512, memory = 512 }
  }
}

run "cpu_1024_with_memory_2500_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", cpu = 1024, memory = 2500 }
  }
}

run "cpu_4096_with_memory_31744_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", cpu = 4096, memory = 31744 }
  }
}

run "cpu_8192_with_memory_18432_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", cpu = 8192, memory = 18432 }
  }
}

run "cpu_300_with_memory_512_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", cpu = 300, memory = 512 }
  }
}

run "a_container_name_with_a_dot_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", container_name = "hello.world" }
  }
}

run "a_sidecar_with_the_main_container_s_name_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", container_name = "main", sidecars = { main = { image = "a" } } }
  }
}

run "a_sidecar_with_the_task_s_name_is_refused_when_the_main_container_has_it" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { nightly = { image = "a" } } }
  }
}

run "a_family_with_a_slash_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", family = "jobs/nightly", log_group_name = "/ecs/jobs" }
  }
}

run "a_variable_in_environment_and_secrets_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", environment = { TOKEN = "x" }, secrets = { TOKEN = "/app/token" } }
  }
}

run "a_sidecar_s_variable_in_environment_and_secrets_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", sidecars = { agent = { image = "a", environment = { TOKEN = "x" }, secrets = { TOKEN = "/app/token" } } } }
  }
}

run "an_arn_that_is_no_secret_s_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]

  variables {
    task = { image = "etl:1", secrets = { TOKEN = "arn:aws:s3:::bucket/key" } }
  }
}

run "a_secret_by_arn_with_key_by_parameter_arn_and_by_name_is_legal" {
  command = plan

  variables {
    task = { image = "etl:1", secrets = {
      A = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/db-AbC123"
      B = "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db-AbC123:key::"
      C = "arn:aws:ssm:eu-west-1:123456789012:parameter/app/token"
      D = "/app/token"
      E = "token"
    } }
  }

  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets) == 5
    error_message = "It is refused, or without effect."
  }
}

run "a_retention_that_cloudwatch_does_not_know_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { retention_in_days = 31 }
  }
}

run "a_retention_that_cloudwatch_knows_is_legal" {
  command = plan

  variables {
    logs = { retention_in_days = 3653 }
  }

  assert {
    condition     = aws_cloudwatch_log_group.this[0].retention_in_days == 3653
    error_message = "It is refused, or without effect."
  }
}

run "a_stream_prefix_that_begins_with_a_slash_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { stream_prefix = "/ecs" }
  }
}

run "a_log_group_class_that_cloudwatch_does_not_know_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { log_group_class = "CHEAP" }
  }
}

run "a_log_group_class_that_cloudwatch_knows_is_legal" {
  command = plan

  variables {
    logs = { log_group_class = "INFREQUENT_ACCESS" }
  }

  assert {
    condition     = aws_cloudwatch_log_group.this[0].log_group_class == "INFREQUENT_ACCESS"
    error_message = "It is refused, or without effect."
  }
}

run "a_log_group_of_all_tasks_by_its_arn_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { log_group_name = "arn:aws:logs:eu-west-1:123456789012:log-group:/jobs" }
  }
}

run "a_log_group_of_all_tasks_by_its_name_is_legal" {
  command = plan

  variables {
    logs = { log_group_name = "/jobs" }
  }

  assert {
    condition     = aws_cloudwatch_log_group.this[0].name == "/jobs"
    error_message = "It is refused, or without effect."
  }
}
