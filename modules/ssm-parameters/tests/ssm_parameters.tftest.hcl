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
  cluster = "airflow-ecs-cluster"
  network = {
    subnet_ids         = ["subnet-0a1", "subnet-0b2"]
    security_group_ids = ["sg-0c3", "sg-0d4"]
  }
  tasks = {
    operator = {
      task_definition  = "airflow-ecs-operator"
      container_name   = "hello-world"
      log_group        = "/ecs/airflow-ecs-operator"
      launch_type      = "FARGATE"
      platform_version = "LATEST"
    }
  }
}

run "the_six_shared_parameters_describe_the_default_task" {
  command = plan

  assert {
    condition = { for p in aws_ssm_parameter.shared : p.name => p.insecure_value } == {
      "/mwaa/ecs/cluster"         = "airflow-ecs-cluster"
      "/mwaa/ecs/task_definition" = "airflow-ecs-operator"
      "/mwaa/vpc/private_subnets" = "subnet-0a1,subnet-0b2"
      "/mwaa/vpc/security_group"  = "sg-0c3"
      "/mwaa/cw/log_group"        = "/ecs/airflow-ecs-operator"
      "/mwaa/cw/log_stream"       = "ecs/hello-world"
    }
    error_message = "They are: ${jsonencode({ for p in aws_ssm_parameter.shared : p.name => p.insecure_value })}"
  }

  assert {
    condition = distinct(concat(
      [for p in aws_ssm_parameter.shared : p.type],
      [for p in aws_ssm_parameter.task : p.type],
    )) == tolist(["String"])
    error_message = "A parameter is not of type String."
  }
}

run "a_task_s_parameter_holds_exactly_the_operator_s_arguments" {
  command = plan

  assert {
    condition = jsondecode(aws_ssm_parameter.task["operator"].insecure_value) == {
      cluster          = "airflow-ecs-cluster"
      task_definition  = "airflow-ecs-operator"
      container_name   = "hello-world"
      launch_type      = "FARGATE"
      platform_version = "LATEST"
      network_configuration = {
        awsvpcConfiguration = {
          subnets        = ["subnet-0a1", "subnet-0b2"]
          securityGroups = ["sg-0c3", "sg-0d4"]
          assignPublicIp = "DISABLED"
        }
      }
      awslogs_group         = "/ecs/airflow-ecs-operator"
      awslogs_region        = "eu-west-1"
      awslogs_stream_prefix = "ecs/hello-world"
    }
    error_message = "It holds ${aws_ssm_parameter.task["operator"].insecure_value}"
  }

  assert {
    condition     = aws_ssm_parameter.task["operator"].name == "/mwaa/tasks/operator"
    error_message = "The parameter has another name: ${aws_ssm_parameter.task["operator"].name}"
  }

  assert {
    condition     = jsonencode(output.operator_kwargs["operator"]) == aws_ssm_parameter.task["operator"].insecure_value
    error_message = "The output differs from the parameter: ${jsonencode(output.operator_kwargs["operator"])}"
  }
}

run "a_strategy_takes_the_launch_type_s_place" {
  command = plan

  variables {
    prefix       = "/data/airflow"
    default_task = "spot"
    network = {
      subnet_ids         = ["subnet-0a1"]
      security_group_ids = ["sg-0c3"]
      assign_public_ip   = true
    }
    tasks = {
      spot = {
        task_definition   = "spot"
        container_name    = "main"
        log_group         = "/ecs/spot"
        log_stream_prefix = "jobs/x"
        capacity_provider_strategy = [
          { capacity_provider = "FARGATE_SPOT", weight = 3 },
          { capacity_provider = "FARGATE", base = 1, weight = 1 },
        ]
      }
      ec2 = { task_definition = "ec2", container_name = "c", log_group = "/ecs/ec2", launch_type = "EC2" }
    }
    region = "us-gov-west-1"
    tags   = { team = "data" }
  }

  assert {
    condition = jsondecode(aws_ssm_parameter.task["spot"].insecure_value) == {
      cluster         = "airflow-ecs-cluster"
      task_definition = "spot"
      container_name  = "main"
      capacity_provider_strategy = [
        { capacityProvider = "FARGATE_SPOT", weight = 3 },
        { capacityProvider = "FARGATE", base = 1, weight = 1 },
      ]
      network_configuration = {
        awsvpcConfiguration = {
          subnets        = ["subnet-0a1"]
          securityGroups = ["sg-0c3"]
          assignPublicIp = "ENABLED"
        }
      }
      awslogs_group         = "/ecs/spot"
      awslogs_region        = "us-gov-west-1"
      awslogs_stream_prefix = "jobs/x/main"
    }
    error_message = "It holds ${aws_ssm_parameter.task["spot"].insecure_value}"
  }

  assert {
    condition = [
      for key in ["ecs/task_definition", "cw/log_stream"] : aws_ssm_parameter.shared[key].insecure_value
    ] == ["spot", "jobs/x/main"]
    error_message = "The six parameters do not describe the default task."
  }

  assert {
    condition = toset(output.parameter_names) == toset([
      "/data/airflow/ecs/cluster", "/data/airflow/ecs/task_definition",
      "/data/airflow/vpc/private_subnets", "/data/airflow/vpc/security_group",
      "/data/airflow/cw/log_group", "/data/airflow/cw/log_stream",
      "/data/airflow/tasks/ec2", "/data/airflow/tasks/spot",
    ])
    error_message = "The names are ${jsonencode(output.parameter_names)}"
  }

  assert {
    condition = toset(output.parameter_names) == toset(concat(
      [for p in aws_ssm_parameter.shared : p.name],
      [for p in aws_ssm_parameter.task : p.name],
    ))
    error_message = "The output differs from the parameters that are created."
  }

  assert {
    condition = (
      output.tasks_path == "/data/airflow/tasks" &&
      output.task_parameter_names["ec2"] == "/data/airflow/tasks/ec2"
    )
    error_message = "An output has another path: ${output.tasks_path}, ${output.task_parameter_names["ec2"]}"
  }

  assert {
    condition = [
      for parameter in [aws_ssm_parameter.task["ec2"], aws_ssm_parameter.shared["ecs/cluster"]] : parameter.tags
    ] == [tomap({ team = "data" }), tomap({ team = "data" })]
    error_message = "A parameter has other tags."
  }
}

run "a_parameter_over_four_kilobytes_is_refused" {
  command         = plan
  expect_failures = [aws_ssm_parameter.task["operator"]]

  variables {
    tasks = {
      operator = {
        task_definition = "a", container_name = "a", log_group = "/ecs/a"
        capacity_provider_strategy = [
          for n in range(20) : { capacity_provider = format("%s-%03d", join("", [for _ in range(25) : "provider"]), n) }
        ]
      }
    }
  }
}

run "a_prefix_whose_first_level_is_tasks_is_accepted" {
  command = plan

  variables {
    prefix = "/tasks/dev-tasks"
  }
}
