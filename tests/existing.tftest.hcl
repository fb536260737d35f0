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
  target = data.aws_ecs_cluster.existing
  values = {
    arn          = "arn:aws:ecs:eu-west-1:123456789012:cluster/shared"
    cluster_name = "shared"
    status       = "ACTIVE"
  }
}

variables {
  name    = "airflow-ecs"
  network = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  tasks   = { operator = { image = "hello-world:latest" } }
}

run "existing_things_are_used_and_not_created" {
  command = plan

  variables {
    cluster = {
      existing           = { arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/shared" }
      capacity_providers = ["FARGATE_SPOT"]
    }
    execution_role = { existing = { arn = "arn:aws:iam::123456789012:role/team/shared" } }
    tasks = {
      a = { image = "a", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] }
    }
  }

  assert {
    condition = (
      length(module.cluster) == 0 &&
      output.cluster_name == "shared" &&
      output.cluster_arn == "arn:aws:ecs:eu-west-1:123456789012:cluster/shared"
    )
    error_message = "The existing cluster is not used."
  }

  assert {
    condition = (
      length(module.execution_role) == 0 &&
      strcontains(output.policy_json, "arn:aws:iam::123456789012:role/team/shared")
    )
    error_message = "The existing role is not used."
  }

  assert {
    condition     = output.operator_kwargs["a"].capacity_provider_strategy[0].capacityProvider == "FARGATE_SPOT"
    error_message = "A provider that the existing cluster has does not reach the task."
  }
}

run "another_instance_s_cluster_set_by_name_runs_tasks_on_its_default_strategy_and_on_any_provider" {
  command = plan

  override_data {
    target = data.aws_ecs_cluster.existing
    values = {
      cluster_name = "shared"
      status       = "ACTIVE"
      tags         = { mwaa-ecs-contract = "/other" }
    }
  }

  variables {
    cluster = {
      existing                           = { name = "shared" }
      default_capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }]
    }
    tasks = {
      operator = { image = "hello-world:latest" }
      a        = { image = "a", memory = 512, capacity_provider_strategy = [{ capacity_provider = "gpu" }] }
    }
    default_task = "operator"
  }

  assert {
    condition = (
      length(module.cluster) == 0 &&
      output.cluster_name == "shared" &&
      output.cluster_arn == "arn:aws:ecs:eu-west-1:123456789012:cluster/shared"
    )
    error_message = "The existing cluster is not used."
  }

  assert {
    condition     = output.operator_kwargs["operator"].capacity_provider_strategy[0].capacityProvider == "FARGATE_SPOT"
    error_message = "The default strategy has no effect."
  }

  assert {
    condition     = output.operator_kwargs["a"].capacity_provider_strategy[0].capacityProvider == "gpu"
    error_message = "A provider that the input cannot know does not reach the task."
  }
}

# For a cluster and a role that the same plan creates.
run "nothing_is_looked_up_where_its_check_is_false" {
  command = plan

  variables {
    cluster                  = { existing = { name = "shared", check = false } }
    mwaa_execution_role_name = "AmazonMWAA-demo"
    policy                   = { check_role = false }
  }

  assert {
    condition     = length(data.aws_ecs_cluster.existing) == 0 && output.cluster_name == "shared"
    error_message = "The cluster is looked up."
  }

  assert {
    condition     = length(data.aws_iam_roles.mwaa) == 0
    error_message = "The role is looked up."
  }
}
