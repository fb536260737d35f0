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

override_data {
  target = data.aws_iam_roles.mwaa
  values = { names = ["AmazonMWAA-demo"] }
}

variables {
  name                     = "airflow-ecs"
  mwaa_execution_role_name = "AmazonMWAA-demo"
  network                  = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  tasks                    = { operator = { image = "hello-world:latest" } }
}

run "several_tasks_have_a_strategy_a_role_a_log_group_and_tags_each_of_its_own" {
  command = plan

  variables {
    cluster = { default_capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] }
    tasks = {
      a = { image = "a", task_role = {}, log_group_name = "/jobs" }
      b = {
        image            = "b"
        launch_type      = "FARGATE"
        task_role        = { name = "r" }
        log_group_name   = "/jobs"
        create_log_group = false
      }
      c = {
        image                      = "c"
        capacity_provider_strategy = [{ capacity_provider = "FARGATE", weight = 1 }]
        propagate_tags             = true
      }
    }
    default_task = "b"
  }

  assert {
    condition     = length(output.tasks) == 3
    error_message = "A task is missing."
  }

  assert {
    condition = (
      output.operator_kwargs["a"].capacity_provider_strategy[0].capacityProvider == "FARGATE_SPOT" &&
      output.operator_kwargs["b"].launch_type == "FARGATE"
    )
    error_message = "The default strategy has no effect: ${jsonencode(output.operator_kwargs)}"
  }

  assert {
    condition = (
      !contains(keys(output.operator_kwargs["c"]), "launch_type") &&
      output.operator_kwargs["c"].capacity_provider_strategy[0].capacityProvider == "FARGATE"
    )
    error_message = "The task's own strategy has no effect: ${jsonencode(output.operator_kwargs["c"])}"
  }

  assert {
    condition = (
      strcontains(output.policy_json, "ecs:TagResource") &&
      output.operator_kwargs["c"].propagate_tags == "TASK_DEFINITION"
    )
    error_message = "Airflow's role cannot tag tasks, or they get no tags: ${output.policy_json}"
  }

  assert {
    condition = (
      output.tasks["a"].task_role_arn
      == "arn:aws:iam::123456789012:role/airflow-ecs-eu-west-1/tasks/airflow-ecs-a-task-eu-west-1"
    )
    error_message = "The role has another name: ${output.tasks["a"].task_role_arn}"
  }

  # The task that creates it is the other one.
  assert {
    condition     = output.tasks["b"].log_group_name == "/jobs"
    error_message = "The shared log group has no effect: ${output.tasks["b"].log_group_name}"
  }
}

run "sixteen_subnets_of_the_vpc_are_accepted_and_a_role_s_name_is_looked_for_literally" {
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
    network                  = { subnet_ids = [for n in range(16) : "subnet-0${n}"], vpc_id = "vpc-0a1" }
    mwaa_execution_role_name = "mwaa.prod+1"
  }

  assert {
    condition = length(
      output.operator_kwargs["operator"].network_configuration.awsvpcConfiguration.subnets
    ) == 16
    error_message = "Some subnets do not reach the task."
  }

  assert {
    condition     = length(module.security_group) == 1
    error_message = "No security group is created in the VPC."
  }

  assert {
    condition     = data.aws_iam_roles.mwaa[0].name_regex == "^mwaa\\.prod\\+1$"
    error_message = "Other roles are found too: ${data.aws_iam_roles.mwaa[0].name_regex}"
  }
}

run "accepted_values_reach_the_resources" {
  command = plan

  variables {
    # An empty strategy is none.
    cluster = { name = "jobs_1", default_capacity_provider_strategy = [] }
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

  assert {
    condition     = output.operator_kwargs["operator"].launch_type == "FARGATE" && length(module.cluster) == 1
    error_message = "An empty strategy is taken for a strategy."
  }

  # Nothing reads logs of this class, so two of the six shared parameters are missing.
  assert {
    condition     = length(output.parameter_names) == 6 && !can(output.operator_kwargs["operator"].awslogs_group)
    error_message = "The parameters are ${jsonencode(output.parameter_names)}"
  }
}
