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

run "tasks_without_a_launch_type_run_by_the_default_strategy" {
  command = plan

  variables {
    cluster      = { default_capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] }
    tasks        = { a = { image = "a" }, b = { image = "b", launch_type = "FARGATE" } }
    default_task = "a"
  }

  assert {
    condition = (
      output.operator_kwargs["a"].capacity_provider_strategy[0].capacityProvider == "FARGATE_SPOT" &&
      output.operator_kwargs["b"].launch_type == "FARGATE"
    )
    error_message = "The strategy has no effect: ${jsonencode(output.operator_kwargs)}"
  }
}

run "with_propagate_tags_airflow_s_role_can_tag_tasks" {
  command = plan

  variables {
    tasks = { operator = { image = "hello-world:latest", propagate_tags = true } }
  }

  assert {
    condition = (
      strcontains(output.policy_json, "ecs:TagResource") &&
      output.operator_kwargs["operator"].propagate_tags == "TASK_DEFINITION"
    )
    error_message = "The policy does not allow it: ${output.policy_json}"
  }
}

run "without_readable_logs_four_of_the_six_parameters_remain" {
  command = plan

  variables {
    logs = { log_group_class = "INFREQUENT_ACCESS" }
  }

  assert {
    condition     = length(output.parameter_names) == 6 && !can(output.operator_kwargs["operator"].awslogs_group)
    error_message = "The parameters are ${jsonencode(output.parameter_names)}"
  }
}

run "two_tasks_that_create_one_role_are_refused" {
  command         = plan
  expect_failures = [output.tasks]

  variables {
    tasks        = { a = { image = "a", task_role = { name = "r" } }, b = { image = "b", task_role = { name = "r" } } }
    default_task = "a"
  }
}

run "two_tasks_that_create_a_role_each_are_accepted" {
  command = plan

  variables {
    tasks        = { a = { image = "a", task_role = {} }, b = { image = "b", task_role = { name = "r" } } }
    default_task = "a"
  }

  assert {
    condition = (
      output.tasks["a"].task_role_arn
      == "arn:aws:iam::123456789012:role/airflow-ecs-eu-west-1/tasks/airflow-ecs-a-task-eu-west-1"
    )
    error_message = "The role has another name: ${output.tasks["a"].task_role_arn}"
  }
}
