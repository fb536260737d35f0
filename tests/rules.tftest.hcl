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

run "accepted_values_reach_the_resources" {
  command = plan

  variables {
    cluster = { name = "jobs_1" }
    execution_role = {
      name                    = "jobs@1"
      path                    = "/jobs/"
      kms_key_arns            = ["arn:aws:kms:eu-west-1:123456789012:key/mrk-0a"]
      additional_policy_count = 1
    }
    logs = {
      retention_in_days = 3653
      stream_prefix     = "a/b"
      log_group_class   = "INFREQUENT_ACCESS"
      kms_key_arn       = "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
    }
    policy     = { name = "run@1", kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:key/0a1b"] }
    ssm_prefix = "/a/b"
  }

  assert {
    condition = (
      output.cluster_name == "jobs_1" &&
      output.execution_role_arn == "arn:aws:iam::123456789012:role/jobs/jobs@1" &&
      contains(output.parameter_names, "/a/b/tasks/operator")
    )
    error_message = "An input has no effect."
  }
}
