# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_subnets.this
  values = { ids = ["subnet-0a1", "subnet-0b2"] }
}

override_data {
  target = data.aws_security_groups.existing
  values = { ids = ["sg-0c3", "sg-0d4"], vpc_ids = ["vpc-0a1", "vpc-0a1"] }
}

override_data {
  target = data.aws_security_groups.created
  values = { ids = [] }
}

override_data {
  target = data.aws_subnet.first
  values = { id = "subnet-0a1", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_subnets.in_vpc
  values = { ids = ["subnet-0a1", "subnet-0b2"] }
}

override_data {
  target = data.aws_iam_roles.mwaa
  values = { names = ["AmazonMWAA-demo"] }
}

override_data {
  target = data.aws_ecs_cluster.existing
  values = {
    arn          = "arn:aws:ecs:eu-west-1:123456789012:cluster/shared"
    cluster_name = "shared"
    status       = "ACTIVE"
  }
}

variables {
  name                     = "airflow-ecs"
  mwaa_execution_role_name = "AmazonMWAA-demo"
  network                  = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  tasks                    = { operator = { image = "hello-world:latest" } }
}

run "a_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "airflow ecs"
  }
}

run "a_name_too_long_for_its_role_is_refused" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "a23456789012345678901234567890123456789012345678x"
  }
}

run "no_task_at_all_is_refused" {
  command         = plan
  expect_failures = [var.tasks]

  variables {
    tasks = {}
  }
}

run "a_task_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [var.tasks]

  variables {
    tasks = { "my task" = { image = "a" } }
  }
}

run "two_tasks_of_one_family_are_refused" {
  command         = plan
  expect_failures = [output.tasks]

  variables {
    tasks        = { a = { image = "a", family = "f" }, b = { image = "b", family = "f", log_group_name = "/b" } }
    default_task = "a"
  }
}

run "two_tasks_that_make_one_log_group_are_refused" {
  command         = plan
  expect_failures = [output.tasks]

  variables {
    tasks        = { a = { image = "a", log_group_name = "/jobs" }, b = { image = "b", log_group_name = "/jobs" } }
    default_task = "a"
  }
}

run "two_tasks_share_a_log_group_that_one_of_them_makes" {
  command = plan

  variables {
    tasks = {
      a = { image = "a", log_group_name = "/jobs" }
      b = { image = "b", log_group_name = "/jobs", create_log_group = false }
    }
    default_task = "a"
  }

  assert {
    condition     = output.tasks["b"].log_group_name == "/jobs"
    error_message = "The input has no effect."
  }
}

run "a_strategy_whose_provider_the_cluster_lacks_is_refused" {
  command         = plan
  expect_failures = [var.tasks]

  variables {
    tasks   = { a = { image = "a", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT" }] } }
    cluster = { capacity_providers = ["FARGATE"] }
  }
}

run "a_strategy_whose_provider_the_cluster_has_is_accepted" {
  command = plan

  variables {
    tasks = { a = { image = "a", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] } }
  }

  assert {
    condition = (
      !contains(keys(output.operator_kwargs["a"]), "launch_type") &&
      output.operator_kwargs["a"].capacity_provider_strategy[0].capacityProvider == "FARGATE_SPOT"
    )
    error_message = "The input has no effect."
  }
}

run "of_a_cluster_that_exists_any_provider_is_accepted" {
  command = plan

  variables {
    tasks   = { a = { image = "a", memory = 512, capacity_provider_strategy = [{ capacity_provider = "gpu" }] } }
    cluster = { existing = { name = "shared" } }
  }

  assert {
    condition     = output.cluster_name == "shared"
    error_message = "The input has no effect."
  }
}

run "one_subnet_is_refused" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = ["subnet-0a1"] }
  }
}

run "seventeen_subnets_are_refused" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = [for n in range(17) : "subnet-0${n}"] }
  }
}

run "sixteen_subnets_are_accepted" {
  command = plan

  override_data {
    target = data.aws_subnets.this
    values = {
      ids = [
        "subnet-00", "subnet-01", "subnet-02", "subnet-03", "subnet-04", "subnet-05", "subnet-06", "subnet-07",
        "subnet-08", "subnet-09", "subnet-010", "subnet-011", "subnet-012", "subnet-013", "subnet-014", "subnet-015",
      ]
    }
  }

  override_data {
    target = data.aws_subnets.in_vpc
    values = {
      ids = [
        "subnet-00", "subnet-01", "subnet-02", "subnet-03", "subnet-04", "subnet-05", "subnet-06", "subnet-07",
        "subnet-08", "subnet-09", "subnet-010", "subnet-011", "subnet-012", "subnet-013", "subnet-014", "subnet-015",
      ]
    }
  }

  variables {
    network = { subnet_ids = [for n in range(16) : "subnet-0${n}"] }
  }

  assert {
    condition = length(
      output.operator_kwargs["operator"].network_configuration.awsvpcConfiguration.subnets
    ) == 16
    error_message = "The input has no effect."
  }
}

run "a_subnet_given_twice_is_refused" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0a1"] }
  }
}

run "subnets_joined_by_a_comma_are_refused" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = ["subnet-0a1,subnet-0b2", "subnet-0c3"] }
  }
}

run "an_empty_list_of_security_groups_is_refused" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], security_group_ids = [] }
  }
}

run "a_security_group_s_name_in_place_of_its_id_is_refused" {
  command         = plan
  expect_failures = [var.network]

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], security_group_ids = ["default"] }
  }
}

run "a_subnet_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [data.aws_subnet.first]

  override_data {
    target = data.aws_subnets.this
    values = { ids = ["subnet-0a1"] }
  }
}

run "a_security_group_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [data.aws_security_groups.existing]

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], security_group_ids = ["sg-0c3", "sg-0d4"] }
  }

  override_data {
    target = data.aws_security_groups.existing
    values = { ids = ["sg-0c3"], vpc_ids = ["vpc-0a1"] }
  }
}

run "subnets_of_two_vpcs_are_refused" {
  command         = plan
  expect_failures = [data.aws_subnets.in_vpc]

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  }

  override_data {
    target = data.aws_subnets.in_vpc
    values = { ids = ["subnet-0a1"] }
  }
}

run "subnets_outside_the_vpc_are_refused" {
  command         = plan
  expect_failures = [data.aws_subnet.first]

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], vpc_id = "vpc-0c3" }
  }
}

run "subnets_in_the_vpc_are_accepted" {
  command = plan

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], vpc_id = "vpc-0a1" }
  }

  assert {
    condition     = length(module.security_group) == 1
    error_message = "The input has no effect."
  }
}

run "a_security_group_of_another_vpc_is_refused" {
  command         = plan
  expect_failures = [data.aws_security_groups.existing]

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], security_group_ids = ["sg-0c3"] }
  }

  override_data {
    target = data.aws_security_groups.existing
    values = { ids = ["sg-0c3"], vpc_ids = ["vpc-0b2"] }
  }
}

run "a_role_s_arn_in_place_of_its_name_is_refused" {
  command         = plan
  expect_failures = [var.mwaa_execution_role_name]

  variables {
    mwaa_execution_role_name = "arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo"
  }
}

run "a_role_that_does_not_exist_causes_a_warning" {
  command         = plan
  expect_failures = [check.mwaa_execution_role]

  variables {
    mwaa_execution_role_name = "AmazonMWAA-dmeo"
  }

  override_data {
    target = data.aws_iam_roles.mwaa
    values = { names = [] }
  }
}

run "looking_for_the_role_can_be_switched_off" {
  command = plan

  variables {
    policy = { check_role = false }
  }

  assert {
    condition     = length(data.aws_iam_roles.mwaa) == 0
    error_message = "The input has no effect."
  }
}

run "a_role_s_name_is_looked_for_literally" {
  command = plan

  variables {
    mwaa_execution_role_name = "mwaa.prod+1"
  }

  assert {
    condition     = data.aws_iam_roles.mwaa[0].name_regex == "^mwaa\\.prod\\+1$"
    error_message = "The input has no effect."
  }
}

run "a_cluster_s_arn_beside_a_name_is_refused" {
  command         = plan
  expect_failures = [var.cluster]

  variables {
    cluster = { existing = { arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/shared" }, name = "other" }
  }
}

run "a_cluster_that_exists_without_name_and_arn_is_refused" {
  command         = plan
  expect_failures = [var.cluster]

  variables {
    cluster = { existing = {} }
  }
}

run "a_cluster_s_name_in_place_of_its_arn_is_refused" {
  command         = plan
  expect_failures = [var.cluster]

  variables {
    cluster = { existing = { arn = "shared" } }
  }
}

run "an_execution_role_s_arn_beside_a_name_is_refused" {
  command         = plan
  expect_failures = [var.execution_role]

  variables {
    execution_role = { existing = { arn = "arn:aws:iam::123456789012:role/r" }, name = "other" }
  }
}

run "an_execution_role_s_name_in_place_of_its_arn_is_refused" {
  command         = plan
  expect_failures = [var.execution_role]

  variables {
    execution_role = { existing = { arn = "ecsTaskExecutionRole" } }
  }
}

run "several_tasks_and_no_default_are_refused" {
  command         = plan
  expect_failures = [var.default_task]

  variables {
    tasks = { a = { image = "a" }, b = { image = "b" } }
  }
}

run "several_tasks_and_a_default_are_accepted" {
  command = plan

  variables {
    tasks        = { a = { image = "a" }, b = { image = "b" } }
    default_task = "b"
  }

  assert {
    condition     = length(output.tasks) == 2
    error_message = "The input has no effect."
  }
}

run "a_default_that_is_no_task_is_refused" {
  command         = plan
  expect_failures = [var.default_task]

  variables {
    default_task = "nightly"
  }
}
