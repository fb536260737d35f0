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
  name               = "airflow-ecs"
  execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  tasks = { operator = {
    image          = "hello-world:latest"
    container_name = "hello-world"
  } }
}

run "the_article_s_task_comes_out_as_in_the_article" {
  command = plan

  assert {
    condition     = aws_ecs_task_definition.this["operator"].family == "airflow-ecs-operator"
    error_message = "The family is ${aws_ecs_task_definition.this["operator"].family}."
  }

  assert {
    condition = (
      aws_ecs_task_definition.this["operator"].requires_compatibilities == toset(["FARGATE"]) &&
      aws_ecs_task_definition.this["operator"].network_mode == "awsvpc"
    )
    error_message = "The task is not for Fargate."
  }

  assert {
    condition = (
      aws_ecs_task_definition.this["operator"].cpu == "256" &&
      aws_ecs_task_definition.this["operator"].memory == "512"
    )
    error_message = "The task is not 0.25 vCPU and 0.5 GB."
  }

  assert {
    condition = (
      aws_ecs_task_definition.this["operator"].execution_role_arn == var.execution_role_arn &&
      aws_ecs_task_definition.this["operator"].task_role_arn == null
    )
    error_message = "The roles are others."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.this["operator"].name == "/ecs/airflow-ecs-operator" &&
      aws_cloudwatch_log_group.this["operator"].retention_in_days == 30
    )
    error_message = "The log group is another."
  }

  # Nothing else: no nulls, no empty lists, nothing that restarts it.
  assert {
    condition = jsondecode(aws_ecs_task_definition.this["operator"].container_definitions) == [{
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
    error_message = "The containers are others: ${aws_ecs_task_definition.this["operator"].container_definitions}"
  }

  assert {
    condition = jsonencode(output.contracts["operator"]) == jsonencode({
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
      image_aliases              = []
    })
    error_message = "The contract is another: ${jsonencode(output.contracts["operator"])}"
  }
}

# Every field of the type is held to its effect by tests/plan/test_task_fields.py.
run "what_is_given_arrives" {
  command = plan

  variables {
    tasks = { operator = {
      image       = "registry/etl:1.4"
      command     = ["run", "--all"]
      entry_point = ["/bin/sh", "-c"]
      environment = { ZONE = "eu", ALPHA = "1" }
      secrets = {
        TOKEN = "/app/token"
        DB    = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123:password::"
      }
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
    } }
    tags = { team = "data", owner = "me" }
  }

  # The provider sends them in the order of their names.
  assert {
    condition = jsondecode(aws_ecs_task_definition.this["operator"].container_definitions) == [
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
    error_message = "The containers are others: ${aws_ecs_task_definition.this["operator"].container_definitions}"
  }

  assert {
    condition = (
      aws_ecs_task_definition.this["operator"].family == "nightly-etl" &&
      aws_ecs_task_definition.this["operator"].cpu == "1024" &&
      aws_ecs_task_definition.this["operator"].memory == "4096" &&
      aws_ecs_task_definition.this["operator"].task_role_arn == "arn:aws:iam::123456789012:role/nightly" &&
      aws_ecs_task_definition.this["operator"].tags == tomap({ job = "nightly", team = "etl", owner = "me" })
    )
    error_message = "A field of the task did not arrive."
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.this) == 0
    error_message = "A log group that exists would be made."
  }

  assert {
    condition = (
      output.contracts["operator"].launch_type == null && output.contracts["operator"].platform_version == "1.4.0" &&
      jsonencode(output.contracts["operator"].capacity_provider_strategy) == jsonencode([
        { base = 1, capacity_provider = "FARGATE", weight = 1 },
        { base = null, capacity_provider = "FARGATE_SPOT", weight = 3 },
      ])
    )
    error_message = "The contract is another: ${jsonencode(output.contracts["operator"])}"
  }
}

run "without_names_everything_is_called_after_the_task" {
  command = plan

  variables {
    name  = null
    tasks = { operator = { image = "hello-world" } }
  }

  assert {
    condition = (
      output.families["operator"] == "operator" &&
      output.contracts["operator"].container_name == "operator" &&
      output.contracts["operator"].log_group == "/ecs/operator"
    )
    error_message = "The names are others."
  }
}

run "logs_can_be_kept_for_ever_and_encrypted" {
  command = plan

  variables {
    logs = {
      retention_in_days = 0
      kms_key_arn       = "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
      stream_prefix     = "batch"
    }
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.this["operator"].retention_in_days == 0 &&
      aws_cloudwatch_log_group.this["operator"].kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
    )
    error_message = "Retention or key did not arrive."
  }

  assert {
    condition     = output.contracts["operator"].log_stream_prefix == "batch"
    error_message = "The stream prefix did not arrive."
  }
}

run "a_task_on_ec2_has_no_platform_version_and_any_size" {
  command = plan

  variables {
    tasks = { operator = { image = "hello-world", launch_type = "EC2", cpu = 300, memory = 700 } }
  }

  assert {
    condition     = aws_ecs_task_definition.this["operator"].requires_compatibilities == toset(["EC2"])
    error_message = "The task is not for EC2."
  }

  assert {
    condition = (
      output.contracts["operator"].launch_type == "EC2" &&
      output.contracts["operator"].platform_version == null
    )
    error_message = "The contract is another: ${jsonencode(output.contracts["operator"])}"
  }
}

run "a_task_on_ec2_may_leave_its_size_to_its_containers" {
  command = plan

  variables {
    tasks = { operator = { image = "hello-world", launch_type = "EC2", container_memory = 1024 } }
  }

  assert {
    condition = (
      aws_ecs_task_definition.this["operator"].cpu == null &&
      aws_ecs_task_definition.this["operator"].memory == null
    )
    error_message = "The task has a size that nobody gave."
  }
}

# Without it AWS fills the value in, and no plan would be empty.
run "on_the_host_s_network_the_host_s_port_is_the_container_s" {
  command = plan

  variables {
    tasks = { operator = {
      image         = "hello-world"
      launch_type   = "EC2"
      memory        = 512
      network_mode  = "host"
      port_mappings = [{ container_port = 80 }]
    } }
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this["operator"].container_definitions)[0].portMappings[0].hostPort == 80
    )
    error_message = "The port of the host is not said."
  }
}

run "a_sidecar_s_lines_go_to_a_group_of_its_own" {
  command = plan

  variables {
    tasks = { operator = {
      image = "etl:1"
      sidecars = {
        agent  = { image = "agent:1", log_group_name = "/agent", log_stream_prefix = "agent" }
        shared = { image = "agent:1", log_group_name = "/shared", create_log_group = false }
        beside = { image = "agent:1" }
      }
    } }
  }

  assert {
    condition = { for key, group in aws_cloudwatch_log_group.this : key => group.name } == {
      "operator" = "/ecs/airflow-ecs-operator", "operator/agent" = "/agent"
    }
    error_message = "Other groups are created: ${jsonencode(keys(aws_cloudwatch_log_group.this))}"
  }

  assert {
    condition = jsonencode(output.log_group_names) == jsonencode({
      created       = ["/ecs/airflow-ecs-operator", "/agent"]
      existing      = ["/shared"]
      read_created  = ["/ecs/airflow-ecs-operator"]
      read_existing = []
    })
    error_message = "The roles are told of others: ${jsonencode(output.log_group_names)}"
  }
}

# With one of the two left out, AWS answers with an empty one, and the provider replaces the definition.
run "capabilities_have_both_lists_or_none" {
  command = plan

  variables {
    tasks = {
      operator = {
        image            = "etl:1"
        linux_parameters = { capabilities = { drop = ["ALL"] } }
        sidecars         = { agent = { image = "agent:1", linux_parameters = { init_process_enabled = true } } }
      }
    }
  }

  assert {
    condition = [
      for container in jsondecode(aws_ecs_task_definition.this["operator"].container_definitions) :
      container.linuxParameters
      ] == [
      { initProcessEnabled = true },
      { capabilities = { add = [], drop = ["ALL"] } },
    ]
    error_message = "They are: ${aws_ecs_task_definition.this["operator"].container_definitions}"
  }
}
