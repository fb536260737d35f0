# Applied by the proof: the root module with so many names that its policies grant by tag,
# as a managed policy. The names are long, so that few tasks are enough.
provider "aws" {
  region = var.region
}

variable "region" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "many_role" {
  type = string
}

variable "task_role_arn" {
  type = string
}

variable "log_group_name" {
  type = string
}

locals {
  long = join("", [for n in range(100) : "long-"])
}

module "many" {
  source = "../../../.."

  name                     = "many"
  mwaa_execution_role_name = var.many_role
  network                  = { subnet_ids = var.subnet_ids }
  ssm_prefix               = "/many"
  default_task             = "operator"
  policy                   = { managed = true, register = true }

  tasks = merge(
    {
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
    },
    {
      for n in range(8) : "job-${n}" => {
        image          = "hello-world:latest"
        family         = "many-${substr(local.long, 0, 240)}${n}"
        log_group_name = "/ecs/many-${local.long}${n}"
      }
    },
  )
}

output "kwargs" {
  value = { many = module.many.operator_kwargs }
}

output "tasks" {
  value = { many = module.many.tasks }
}

output "parameters" {
  value = { many = module.many.parameter_names }
}

output "execution_roles" {
  value = { many = module.many.execution_role_arn }
}
