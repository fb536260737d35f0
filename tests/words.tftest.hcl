# Mistakes in the root module's inputs are reported once, by the root module.
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
  target = data.aws_subnet.first
  values = { id = "subnet-0a1", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_subnets.in_vpc
  values = { ids = ["subnet-0a1", "subnet-0b2"] }
}

variables {
  name         = "airflow-ecs"
  network      = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  tasks        = { for n in range(5) : "task-${n}" => { image = "hello-world:latest" } }
  default_task = "task-0"
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
      contains(output.parameter_names, "/a/b/tasks/task-0")
    )
    error_message = "An input has no effect."
  }
}

run "a_cluster_s_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [var.cluster]

  variables {
    cluster = { name = "airflow ecs" }
  }
}

run "an_execution_role_s_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [var.execution_role]

  variables {
    execution_role = { name = "my role" }
  }
}

run "an_execution_role_s_path_without_slashes_is_refused" {
  command         = plan
  expect_failures = [var.execution_role]

  variables {
    execution_role = { path = "jobs" }
  }
}

run "a_key_alias_for_secrets_is_refused" {
  command         = plan
  expect_failures = [var.execution_role]

  variables {
    execution_role = { kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:alias/a"] }
  }
}

run "eleven_additional_policies_are_refused" {
  command         = plan
  expect_failures = [var.execution_role]

  variables {
    execution_role = { additional_policy_count = 11 }
  }
}

run "additional_policies_of_an_existing_role_are_refused" {
  command         = plan
  expect_failures = [var.execution_role]

  variables {
    execution_role = { existing = { arn = "arn:aws:iam::123456789012:role/r" }, additional_policy_count = 1 }
  }
}

run "a_key_alias_for_logs_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/a" }
  }
}

run "a_key_alias_for_parameters_is_refused" {
  command         = plan
  expect_failures = [var.policy]

  variables {
    policy = { kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:alias/a"] }
  }
}

run "a_policy_s_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [var.policy]

  variables {
    policy = { name = "run tasks" }
  }
}

# A second report, by the module of the tasks, would be an unexpected failure.
run "a_retention_that_cloudwatch_does_not_know_is_refused_once" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { retention_in_days = 31 }
  }
}

run "a_stream_prefix_with_a_colon_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { stream_prefix = "a:b" }
  }
}

run "a_log_group_class_that_does_not_exist_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { log_group_class = "CHEAP" }
  }
}

run "a_log_group_s_arn_in_place_of_its_name_is_refused" {
  command         = plan
  expect_failures = [var.logs]

  variables {
    logs = { create = false, log_group_name = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/a" }
  }
}

run "a_prefix_with_a_slash_at_its_end_is_refused" {
  command         = plan
  expect_failures = [var.ssm_prefix]

  variables {
    ssm_prefix = "/mwaa/"
  }
}

run "a_prefix_over_256_characters_is_refused" {
  command         = plan
  expect_failures = [var.ssm_prefix]

  variables {
    ssm_prefix = "/${join("", [for n in range(256) : "a"])}"
  }
}

run "a_prefix_that_aws_keeps_is_refused" {
  command         = plan
  expect_failures = [var.ssm_prefix]

  variables {
    ssm_prefix = "/aws/jobs"
  }
}
