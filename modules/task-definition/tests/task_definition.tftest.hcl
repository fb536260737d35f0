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
  name               = "operator"
  family             = "airflow-ecs-operator"
  execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  task = {
    image          = "hello-world:latest"
    container_name = "hello-world"
  }
}

run "the_article_s_task_comes_out_as_in_the_article" {
  command = plan

  assert {
    condition     = aws_ecs_task_definition.this.family == "airflow-ecs-operator"
    error_message = "The family is ${aws_ecs_task_definition.this.family}."
  }

  assert {
    condition     = aws_ecs_task_definition.this.requires_compatibilities == toset(["FARGATE"]) && aws_ecs_task_definition.this.network_mode == "awsvpc"
    error_message = "The task is not for Fargate."
  }

  assert {
    condition     = aws_ecs_task_definition.this.cpu == "256" && aws_ecs_task_definition.this.memory == "512"
    error_message = "The task is not 0.25 vCPU and 0.5 GB."
  }

  assert {
    condition     = aws_ecs_task_definition.this.execution_role_arn == "arn:aws:iam::123456789012:role/ecsTaskExecutionRole" && aws_ecs_task_definition.this.task_role_arn == null
    error_message = "The roles are others."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this[0].name == "/ecs/airflow-ecs-operator" && aws_cloudwatch_log_group.this[0].retention_in_days == 30
    error_message = "The log group is another."
  }

  # Nothing else: no nulls, no empty lists, nothing that restarts it.
  assert {
    condition = jsondecode(aws_ecs_task_definition.this.container_definitions) == [{
      name      = "hello-world"
      image     = "hello-world:latest"
      essential = true
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = "/ecs/airflow-ecs-operator"
          "awslogs-region"        = "eu-west-1"
          "awslogs-stream-prefix" = "ecs"
        }
      }
    }]
    error_message = "The containers are others: ${aws_ecs_task_definition.this.container_definitions}"
  }

  assert {
    condition = jsonencode(output.contract) == jsonencode({
      task_definition            = "airflow-ecs-operator"
      container_name             = "hello-world"
      log_group                  = "/ecs/airflow-ecs-operator"
      log_stream_prefix          = "ecs"
      launch_type                = "FARGATE"
      capacity_provider_strategy = null
      platform_version           = "LATEST"
      network_mode               = "awsvpc"
      placement_strategy         = null
      propagate_tags             = null
      revision                   = null
    })
    error_message = "The contract is another: ${jsonencode(output.contract)}"
  }
}

# Every field of the type is held to its effect by tests/plan/test_task_fields.py.
run "what_is_given_arrives" {
  command = plan

  variables {
    task = {
      image             = "registry/etl:1.4"
      command           = ["run", "--all"]
      entry_point       = ["/bin/sh", "-c"]
      environment       = { ZONE = "eu", ALPHA = "1" }
      secrets           = { TOKEN = "/app/token", DB = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123:password::" }
      container_name    = "etl"
      family            = "nightly-etl"
      cpu               = 1024
      memory            = 4096
      task_role_arn     = "arn:aws:iam::123456789012:role/nightly"
      log_group_name    = "/jobs/nightly"
      log_stream_prefix = "jobs"
      create_log_group  = false
      tags              = { job = "nightly", team = "etl" }
      platform_version  = "1.4.0"
      capacity_provider_strategy = [
        { capacity_provider = "FARGATE", base = 1, weight = 1 },
        { capacity_provider = "FARGATE_SPOT", weight = 3 },
      ]
      sidecars = {
        proxy = {
          image       = "proxy:2"
          command     = ["serve"]
          entry_point = ["/proxy"]
          environment = { PORT = "8080" }
          secrets     = { KEY = "/proxy/key" }
          essential   = true
        }
        agent = { image = "agent:1" }
      }
    }
    tags = { team = "data", owner = "me" }
  }

  # In the order of their names: so the provider sends them.
  assert {
    condition = jsondecode(aws_ecs_task_definition.this.container_definitions) == [
      {
        name      = "agent"
        image     = "agent:1"
        essential = false
        logConfiguration = { logDriver = "awslogs", options = {
          "awslogs-group" = "/jobs/nightly", "awslogs-region" = "eu-west-1", "awslogs-stream-prefix" = "jobs"
        } }
      },
      {
        name        = "etl"
        image       = "registry/etl:1.4"
        essential   = true
        command     = ["run", "--all"]
        entryPoint  = ["/bin/sh", "-c"]
        environment = [{ name = "ALPHA", value = "1" }, { name = "ZONE", value = "eu" }]
        secrets = [
          { name = "DB", valueFrom = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123:password::" },
          { name = "TOKEN", valueFrom = "/app/token" },
        ]
        logConfiguration = { logDriver = "awslogs", options = {
          "awslogs-group" = "/jobs/nightly", "awslogs-region" = "eu-west-1", "awslogs-stream-prefix" = "jobs"
        } }
      },
      {
        name        = "proxy"
        image       = "proxy:2"
        essential   = true
        command     = ["serve"]
        entryPoint  = ["/proxy"]
        environment = [{ name = "PORT", value = "8080" }]
        secrets     = [{ name = "KEY", valueFrom = "/proxy/key" }]
        logConfiguration = { logDriver = "awslogs", options = {
          "awslogs-group" = "/jobs/nightly", "awslogs-region" = "eu-west-1", "awslogs-stream-prefix" = "jobs"
        } }
      },
    ]
    error_message = "The containers are others: ${aws_ecs_task_definition.this.container_definitions}"
  }

  assert {
    condition = (
      aws_ecs_task_definition.this.family == "nightly-etl" &&
      aws_ecs_task_definition.this.cpu == "1024" && aws_ecs_task_definition.this.memory == "4096" &&
      aws_ecs_task_definition.this.task_role_arn == "arn:aws:iam::123456789012:role/nightly" &&
      aws_ecs_task_definition.this.tags == tomap({ job = "nightly", team = "etl", owner = "me" })
    )
    error_message = "A field of the task did not arrive."
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.this) == 0
    error_message = "A log group that exists would be made."
  }

  assert {
    condition = (
      output.contract.launch_type == null && output.contract.platform_version == "1.4.0" &&
      jsonencode(output.contract.capacity_provider_strategy) == jsonencode([
        { base = 1, capacity_provider = "FARGATE", weight = 1 },
        { base = null, capacity_provider = "FARGATE_SPOT", weight = 3 },
      ])
    )
    error_message = "The contract is another: ${jsonencode(output.contract)}"
  }
}

run "without_names_everything_is_called_after_the_task" {
  command = plan

  variables {
    family = null
    task   = { image = "hello-world" }
  }

  assert {
    condition     = output.family == "operator" && output.container_name == "operator" && output.log_group_name == "/ecs/operator"
    error_message = "The names are others."
  }
}

run "logs_can_be_kept_for_ever_and_encrypted" {
  command = plan

  variables {
    logs = { retention_in_days = 0, kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/0a1b", stream_prefix = "batch" }
  }

  assert {
    condition     = aws_cloudwatch_log_group.this[0].retention_in_days == 0 && aws_cloudwatch_log_group.this[0].kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
    error_message = "Retention or key did not arrive."
  }

  assert {
    condition     = output.contract.log_stream_prefix == "batch"
    error_message = "The stream prefix did not arrive."
  }
}

run "a_task_on_ec2_has_no_platform_version_and_any_size" {
  command = plan

  variables {
    task = { image = "hello-world", launch_type = "EC2", cpu = 300, memory = 700 }
  }

  assert {
    condition     = aws_ecs_task_definition.this.requires_compatibilities == toset(["EC2"])
    error_message = "The task is not for EC2."
  }

  assert {
    condition     = output.contract.launch_type == "EC2" && output.contract.platform_version == null
    error_message = "The contract is another: ${jsonencode(output.contract)}"
  }
}

run "a_task_on_ec2_may_leave_its_size_to_its_containers" {
  command = plan

  variables {
    task = { image = "hello-world", launch_type = "EC2", container_memory = 1024 }
  }

  assert {
    condition     = aws_ecs_task_definition.this.cpu == null && aws_ecs_task_definition.this.memory == null
    error_message = "The task has a size that nobody gave."
  }
}

# Unsaid, AWS fills it in, and no plan would be empty.
run "on_the_host_s_network_the_host_s_port_is_the_container_s" {
  command = plan

  variables {
    task = { image = "hello-world", launch_type = "EC2", memory = 512, network_mode = "host", port_mappings = [{ container_port = 80 }] }
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].portMappings[0].hostPort == 80
    error_message = "The port of the host is not said."
  }
}
