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
  name = "airflow-ecs-cluster"
}

run "by_default_tasks_can_run_on_fargate_and_fargate_spot" {
  command = plan

  assert {
    condition     = aws_ecs_cluster.this.name == "airflow-ecs-cluster"
    error_message = "The cluster has another name."
  }

  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["FARGATE", "FARGATE_SPOT"])
    error_message = "The cluster has other capacity providers."
  }

  assert {
    condition     = one(aws_ecs_cluster.this.setting).value == "disabled"
    error_message = "Container Insights cost money and are on."
  }

  assert {
    condition     = output.name == "airflow-ecs-cluster"
    error_message = "The output has another name."
  }
}

run "what_is_given_arrives" {
  command = plan

  variables {
    capacity_providers = ["FARGATE", "gpu-instances"]
    container_insights = "enhanced"
    tags               = { team = "data" }
  }

  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["FARGATE", "gpu-instances"])
    error_message = "The capacity providers are not those given."
  }

  assert {
    condition     = one(aws_ecs_cluster.this.setting).value == "enhanced"
    error_message = "Container Insights are not as given."
  }

  assert {
    condition     = aws_ecs_cluster.this.tags == tomap({ team = "data" })
    error_message = "The tags did not arrive."
  }
}
