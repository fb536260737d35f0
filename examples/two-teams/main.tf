provider "aws" {
  region = var.region
}

module "cluster" {
  source = "../../modules/cluster"

  name = "shared"
}

module "ingest" {
  source = "../.."

  name                     = "ingest"
  ssm_prefix               = "/ingest"
  mwaa_execution_role_name = var.ingest_role_name
  cluster                  = { existing = { name = module.cluster.name, check = false } }
  network                  = { subnet_ids = var.subnet_ids }
  policy                   = { own_tasks_only = true, execute_command = true }

  tasks = { load = { image = "hello-world:latest" } }
}

module "reports" {
  source = "../.."

  name                     = "reports"
  ssm_prefix               = "/reports"
  mwaa_execution_role_name = var.reports_role_name
  cluster                  = { existing = { name = module.cluster.name, check = false } }
  network                  = { subnet_ids = var.subnet_ids }
  policy                   = { own_tasks_only = true, execute_command = true }

  tasks = { daily = { image = "hello-world:latest" } }
}
