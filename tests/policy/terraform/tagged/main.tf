# Applied by the proof: the root module with policies that grant by tag, that of
# Airflow's role as a managed one.
provider "aws" {
  region = var.region
}

variable "region" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "tagged_role" {
  type = string
}

variable "task_role_arn" {
  type = string
}

variable "log_group_name" {
  type = string
}

module "tagged" {
  source = "../../../.."

  name                     = "tagged"
  mwaa_execution_role_name = var.tagged_role
  network                  = { subnet_ids = var.subnet_ids }
  ssm_prefix               = "/tagged"
  default_task             = "operator"
  policy = {
    grant_by        = "tag"
    managed         = true
    register        = true
    own_tasks_only  = true
    execute_command = true
  }
  execution_role = { grant_by = "tag" }

  tasks = {
    operator = {
      image          = "hello-world:latest"
      container_name = "hello-world"
      task_role      = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } } }
    }
    existing = {
      image            = "hello-world:latest"
      task_role_arn    = var.task_role_arn
      log_group_name   = var.log_group_name
      create_log_group = false
    }
  }
}

output "kwargs" {
  value = { tagged = module.tagged.operator_kwargs }
}

output "tasks" {
  value = { tagged = module.tagged.tasks }
}

output "parameters" {
  value = { tagged = module.tagged.parameter_names }
}

output "execution_roles" {
  value = { tagged = module.tagged.execution_role_arn }
}
