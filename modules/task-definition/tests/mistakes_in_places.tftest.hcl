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

run "an_unknown_architecture_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { cpu_architecture = "arm64" } } }
}

run "an_unknown_operating_system_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", runtime_platform = { operating_system_family = "DARWIN" } } }
}

run "an_unknown_network_mode_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "nat", memory = 512 } }
}

run "an_unknown_pid_mode_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, pid_mode = "container" } }
}

run "an_unknown_ipc_mode_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, ipc_mode = "private" } }
}

run "a_weight_over_the_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1001 }] } }
}

run "a_base_over_the_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1, base = 100001 }] } }
}

run "more_providers_than_ecs_takes_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", memory = 512, capacity_provider_strategy = [{ capacity_provider = "own-0", weight = 1 }, { capacity_provider = "own-1", weight = 1 }, { capacity_provider = "own-2", weight = 1 }, { capacity_provider = "own-3", weight = 1 }, { capacity_provider = "own-4", weight = 1 }, { capacity_provider = "own-5", weight = 1 }, { capacity_provider = "own-6", weight = 1 }, { capacity_provider = "own-7", weight = 1 }, { capacity_provider = "own-8", weight = 1 }, { capacity_provider = "own-9", weight = 1 }, { capacity_provider = "own-10", weight = 1 }, { capacity_provider = "own-11", weight = 1 }, { capacity_provider = "own-12", weight = 1 }, { capacity_provider = "own-13", weight = 1 }, { capacity_provider = "own-14", weight = 1 }, { capacity_provider = "own-15", weight = 1 }, { capacity_provider = "own-16", weight = 1 }, { capacity_provider = "own-17", weight = 1 }, { capacity_provider = "own-18", weight = 1 }, { capacity_provider = "own-19", weight = 1 }, { capacity_provider = "own-20", weight = 1 }] } }
}

run "a_strategy_of_nothing_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", capacity_provider_strategy = [] } }
}

run "an_unknown_launch_type_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "LAMBDA" } }
}

run "a_launch_type_beside_a_strategy_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "FARGATE", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] } }
}

run "fargate_mixed_with_providers_of_one_s_own_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", memory = 512, capacity_provider_strategy = [{ capacity_provider = "FARGATE", weight = 1 }, { capacity_provider = "own", weight = 1 }] } }
}

run "two_bases_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1, base = 1 }, { capacity_provider = "FARGATE", weight = 1, base = 1 }] } }
}

run "weights_that_are_all_zero_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 0 }, { capacity_provider = "FARGATE", weight = 0 }] } }
}

run "a_provider_given_twice_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }, { capacity_provider = "FARGATE_SPOT", weight = 1 }] } }
}

run "a_placement_constraint_that_a_definition_cannot_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_constraints = [{ type = "distinctInstance" }] } }
}

run "an_unknown_placement_strategy_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "nearest" }] } }
}

run "eleven_placement_constraints_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_constraints = [{ expression = "attribute:a == 0" }, { expression = "attribute:a == 1" }, { expression = "attribute:a == 2" }, { expression = "attribute:a == 3" }, { expression = "attribute:a == 4" }, { expression = "attribute:a == 5" }, { expression = "attribute:a == 6" }, { expression = "attribute:a == 7" }, { expression = "attribute:a == 8" }, { expression = "attribute:a == 9" }, { expression = "attribute:a == 10" }] } }
}

run "six_placement_strategies_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "random" }, { type = "random" }, { type = "random" }, { type = "random" }, { type = "random" }, { type = "random" }] } }
}

run "binpack_of_nothing_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "binpack" }] } }
}

run "spread_over_nothing_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "spread" }] } }
}
