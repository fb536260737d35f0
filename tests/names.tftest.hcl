# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "china"
  region                      = "cn-north-1"
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

# The article, name for name; as in examples/hello-world.
variables {
  name                     = "airflow-ecs"
  mwaa_execution_role_name = "AmazonMWAA-demo"
  network                  = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  execution_role           = { name = "ecsTaskExecutionRole" }
  tasks = {
    operator = { image = "hello-world:latest", container_name = "hello-world" }
  }
}

run "everything_is_named_as_in_the_article" {
  command = plan

  assert {
    condition = (
      output.cluster_name == "airflow-ecs-cluster" &&
      output.cluster_arn == "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster"
    )
    error_message = "The cluster is ${output.cluster_arn}"
  }

  assert {
    condition = (
      output.tasks["operator"].family == "airflow-ecs-operator" &&
      output.tasks["operator"].container_name == "hello-world" &&
      output.tasks["operator"].log_group_name == "/ecs/airflow-ecs-operator" &&
      output.tasks["operator"].parameter_name == "/mwaa/tasks/operator"
    )
    error_message = "The task has other names."
  }

  assert {
    condition     = output.execution_role_arn == "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
    error_message = "The execution role is ${output.execution_role_arn}"
  }

  assert {
    condition = toset(output.parameter_names) == toset([
      "/mwaa/ecs/cluster", "/mwaa/ecs/task_definition", "/mwaa/vpc/private_subnets",
      "/mwaa/vpc/security_group", "/mwaa/cw/log_group", "/mwaa/cw/log_stream", "/mwaa/tasks/operator",
      "/mwaa/images/all",
    ])
    error_message = "The parameters are ${jsonencode(output.parameter_names)}"
  }

  assert {
    condition     = length(module.security_group) == 1
    error_message = "No security group is created, and none is given."
  }
}

run "with_nothing_but_name_tasks_and_network_all_else_follows_from_the_name" {
  command = plan

  variables {
    name                     = "etl"
    mwaa_execution_role_name = null
    execution_role           = null
    tasks                    = { nightly = { image = "etl:1" } }
  }

  assert {
    condition = (
      output.cluster_name == "etl-cluster" &&
      output.execution_role_arn == "arn:aws:iam::123456789012:role/etl-execution-eu-west-1"
    )
    error_message = "Cluster or role have other names."
  }

  assert {
    condition = (
      output.tasks["nightly"].family == "etl-nightly" &&
      output.tasks["nightly"].container_name == "nightly" &&
      output.tasks["nightly"].log_group_name == "/ecs/etl-nightly"
    )
    error_message = "The task has other names."
  }

  assert {
    condition     = length(jsondecode(output.policy_json).Statement) == 6 && length(data.aws_iam_roles.mwaa) == 0
    error_message = "The policy is missing, or the plan looks up a role."
  }
}

run "names_and_security_groups_of_the_inputs_are_used_everywhere" {
  command = plan

  variables {
    network    = { subnet_ids = ["subnet-0a1", "subnet-0b2"], security_group_ids = ["sg-0c3", "sg-0d4"] }
    cluster    = { name = "jobs" }
    ssm_prefix = "/data"
    tasks = {
      operator = {
        image             = "hello-world:latest"
        family            = "hello"
        log_group_name    = "/jobs/hello"
        log_stream_prefix = "jobs"
        container_name    = "main"
      }
    }
  }

  assert {
    condition = output.operator_kwargs["operator"] == {
      cluster          = "jobs"
      task_definition  = "hello"
      container_name   = "main"
      launch_type      = "FARGATE"
      platform_version = "LATEST"
      network_configuration = {
        awsvpcConfiguration = {
          subnets        = tolist(["subnet-0a1", "subnet-0b2"])
          securityGroups = tolist(["sg-0c3", "sg-0d4"])
          assignPublicIp = "DISABLED"
        }
      }
      awslogs_group         = "/jobs/hello"
      awslogs_region        = "eu-west-1"
      awslogs_stream_prefix = "jobs/main"
    }
    error_message = "The contract is ${jsonencode(output.operator_kwargs["operator"])}"
  }

  assert {
    condition = alltrue([
      for name in [
        "task-definition/hello:*", "cluster/jobs\"", "task/jobs/*", "log-group:/jobs/hello:log-stream:*",
        "parameter/data/tasks/operator", "parameter/data/cw/log_stream",
      ] : strcontains(output.policy_json, name)
    ])
    error_message = "The policy names something else: ${output.policy_json}"
  }

  assert {
    condition = output.dag_snippet["operator"] == join("\n", [
      "from mwaa_ecs_operator import EcsTaskOperator",
      "",
      "EcsTaskOperator(task_id=\"operator\", task=\"operator\", ssm_prefix=\"/data\")",
      "",
    ])
    error_message = "The snippet is different: ${output.dag_snippet["operator"]}"
  }

  assert {
    condition     = length(module.security_group) == 0
    error_message = "A security group is created beside the existing ones."
  }
}

run "the_policy_names_the_tasks_of_this_instance_and_no_others" {
  command = plan

  variables {
    default_task = "operator"
    policy = {
      reattach        = true
      tags            = true
      secrets_backend = true
      execute_command = true
      register        = true
      kms_key_arns    = ["arn:aws:kms:eu-west-1:123456789012:key/0a"]
    }
    logs = { kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/0b" }
    tasks = {
      operator = { image = "hello-world:latest" }
      nightly = {
        image         = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/etl:1"
        task_role_arn = "arn:aws:iam::123456789012:role/nightly"
      }
    }
  }

  assert {
    condition = { for s in jsondecode(output.policy_json).Statement : s.Sid => s.Resource } == {
      RunTasks = [
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-nightly:*",
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-operator:*",
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-nightly--*:*",
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-operator--*:*",
      ]
      WatchAndStopTasks = ["arn:aws:ecs:eu-west-1:123456789012:task/airflow-ecs-cluster/*"]
      PassTaskRoles = [
        "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
        "arn:aws:iam::123456789012:role/nightly",
      ]
      ReadTaskLogs = [
        "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/airflow-ecs-nightly:log-stream:*",
        "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/airflow-ecs-operator:log-stream:*",
      ]
      ReadParameters = [
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/cw/log_group",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/cw/log_stream",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/ecs/cluster",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/ecs/task_definition",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/tasks/nightly",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/tasks/operator",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/vpc/private_subnets",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/vpc/security_group",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/images/*",
      ]
      LookUpVariables  = ["arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/tasks/*"]
      FindRunningTasks = ["*"]
      TagTasks         = ["arn:aws:ecs:eu-west-1:123456789012:task/airflow-ecs-cluster/*"]
      ExecuteCommands = [
        "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster",
        "arn:aws:ecs:eu-west-1:123456789012:task/airflow-ecs-cluster/*",
      ]
      RegisterTaskDefinitions = [
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-nightly--*:*",
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-operator--*:*",
      ]
      ReadTaskDefinitions = ["*"]
      TagTaskDefinitions  = ["arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-*--*:*"]
      DecryptParameters   = ["arn:aws:kms:eu-west-1:123456789012:key/0a"]
      DecryptTaskLogs     = ["arn:aws:kms:eu-west-1:123456789012:key/0b"]
    }
    error_message = "The policy is another: ${output.policy_json}"
  }
}

run "in_china_every_arn_and_region_is_china_s" {
  command = plan

  providers = {
    aws = aws.china
  }

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], security_group_ids = ["sg-0c3"] }
  }

  assert {
    condition = (
      !strcontains(output.policy_json, "arn:aws:") &&
      !strcontains(output.policy_json, "eu-west-1") &&
      strcontains(output.policy_json, "arn:aws-cn:iam::123456789012:role/ecsTaskExecutionRole")
    )
    error_message = "The policy names another partition or region: ${output.policy_json}"
  }

  assert {
    condition     = output.operator_kwargs["operator"].awslogs_region == "cn-north-1"
    error_message = "The logs would be looked for in ${output.operator_kwargs["operator"].awslogs_region}."
  }
}
