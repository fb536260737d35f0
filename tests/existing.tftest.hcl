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

run "a_provider_that_the_existing_cluster_lacks_is_refused" {
  command         = plan
  expect_failures = [output.cluster_name]

  variables {
    cluster = { existing = { name = "shared" }, capacity_providers = ["FARGATE"] }
    tasks   = { a = { image = "a", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] } }
  }
}

run "a_default_strategy_on_a_provider_that_the_existing_cluster_lacks_is_refused" {
  command         = plan
  expect_failures = [output.cluster_name]

  variables {
    cluster = {
      existing                           = { name = "shared" }
      capacity_providers                 = ["FARGATE"]
      default_capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }]
    }
  }
}

run "a_provider_that_the_existing_cluster_has_is_accepted" {
  command = plan

  variables {
    cluster = {
      existing           = { arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/shared" }
      capacity_providers = ["FARGATE_SPOT"]
    }
    tasks = { a = { image = "a", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] } }
  }

  assert {
    condition = (
      output.cluster_name == "shared" &&
      length(module.cluster) == 0 &&
      output.operator_kwargs["a"].capacity_provider_strategy[0].capacityProvider == "FARGATE_SPOT"
    )
    error_message = "The input has no effect."
  }
}

run "on_an_existing_cluster_tasks_run_by_the_default_strategy" {
  command = plan

  variables {
    cluster = {
      existing                           = { name = "shared" }
      default_capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }]
    }
  }

  assert {
    condition = (
      length(module.cluster) == 0 &&
      output.operator_kwargs["operator"].capacity_provider_strategy[0].capacityProvider == "FARGATE_SPOT"
    )
    error_message = "The input has no effect."
  }
}

# For a cluster that the same plan creates.
run "an_existing_cluster_is_not_looked_up_where_check_is_false" {
  command = plan

  variables {
    cluster = { existing = { name = "shared", check = false } }
  }

  assert {
    condition     = length(data.aws_ecs_cluster.existing) == 0 && output.cluster_name == "shared"
    error_message = "It is looked up."
  }
}

run "an_empty_default_strategy_is_none" {
  command = plan

  variables {
    cluster = { default_capacity_provider_strategy = [] }
  }

  assert {
    condition     = output.operator_kwargs["operator"].launch_type == "FARGATE" && length(module.cluster) == 1
    error_message = "It is refused, or taken for a strategy."
  }
}

run "a_cluster_that_is_being_deleted_is_refused" {
  command         = plan
  expect_failures = [data.aws_ecs_cluster.existing]

  override_data {
    target = data.aws_ecs_cluster.existing
    values = { cluster_name = "shared", status = "INACTIVE" }
  }

  variables {
    cluster = { existing = { name = "shared" } }
  }
}

run "a_cluster_that_this_instance_created_is_not_destroyed_by_calling_it_existing" {
  command         = plan
  expect_failures = [data.aws_ecs_cluster.existing]

  override_data {
    target = data.aws_ecs_cluster.existing
    values = {
      cluster_name = "airflow-ecs-cluster"
      status       = "ACTIVE"
      tags         = { mwaa-ecs-contract = "/mwaa" }
    }
  }

  variables {
    cluster = { existing = { name = "airflow-ecs-cluster" } }
  }
}

run "a_cluster_that_another_instance_created_can_be_shared" {
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
    cluster = { existing = { name = "shared" } }
  }
}

run "a_security_group_that_this_instance_created_is_not_destroyed_by_calling_it_existing" {
  command         = plan
  expect_failures = [data.aws_security_groups.created]

  override_data {
    target = data.aws_security_groups.created
    values = { ids = ["sg-0c3"] }
  }

  variables {
    network = { subnet_ids = ["subnet-0a1", "subnet-0b2"], security_group_ids = ["sg-0c3"] }
  }
}
