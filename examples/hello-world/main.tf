provider "aws" {
  region = var.region
}

module "airflow_ecs" {
  source = "../.."

  name                     = "airflow-ecs"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = { subnet_ids = var.subnet_ids }

  execution_role = { name = "ecsTaskExecutionRole" }

  tasks = {
    operator = {
      image          = "hello-world:latest"
      container_name = "hello-world"
      cpu            = 256
      memory         = 512
    }
  }
}

module "dags" {
  source = "../../modules/dags"

  bucket     = var.dags_bucket_name
  source_dir = "${path.module}/dags"
  operator   = true
}
