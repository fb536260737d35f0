provider "aws" {
  region = var.region
}

# Three of four tasks run on Fargate Spot, at a third of the price, unless a task
# sets a strategy of its own. AWS can stop a Spot task with two minutes' notice, so
# set retries in the DAG.
module "airflow_ecs" {
  source = "../.."

  name                     = "nightly"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = { subnet_ids = var.subnet_ids }
  default_task             = "load"

  cluster = {
    default_capacity_provider_strategy = [
      { capacity_provider = "FARGATE_SPOT", weight = 3 },
      { capacity_provider = "FARGATE", weight = 1 },
    ]
    container_insights = "enhanced"
  }

  tasks = {
    extract = { image = "python:3.13-slim", stop_timeout = 110 }
    load    = { image = "python:3.13-slim", stop_timeout = 110, propagate_tags = true, tags = { team = "data" } }
    bill    = { image = "python:3.13-slim", launch_type = "FARGATE" }
  }
}
