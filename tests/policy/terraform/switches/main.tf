# Applied by the proof: the root module with its defaults, and with every switch on.
provider "aws" {
  region = var.region
}

variable "region" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "plain_role" {
  type = string
}

variable "full_role" {
  type = string
}

variable "task_role_arn" {
  type = string
}

variable "etl_image" {
  type = string
}

variable "secret_arn" {
  type = string
}

variable "secret_parameter" {
  type = string
}

variable "environment_file" {
  type = string
}

variable "keys" {
  type = object({ logs = string, parameters = string, secrets = string })
}

module "plain" {
  source = "../../../.."

  name                     = "plain"
  mwaa_execution_role_name = var.plain_role
  network                  = { subnet_ids = var.subnet_ids }
  ssm_prefix               = "/plain"
  default_task             = "operator"

  tasks = {
    operator = { image = "hello-world:latest", container_name = "hello-world" }
    broken   = { image = "no-such-image:latest" }
  }
}

module "full" {
  source = "../../../.."

  name                     = "full"
  mwaa_execution_role_name = var.full_role
  network                  = { subnet_ids = var.subnet_ids }
  ssm_prefix               = "/full"
  default_task             = "operator"
  execution_role           = { kms_key_arns = [var.keys.secrets] }
  logs                     = { kms_key_arn = var.keys.logs }

  policy = {
    tags            = true
    secrets_backend = true
    execute_command = true
    register        = true
    kms_key_arns    = [var.keys.parameters]
  }

  tasks = {
    operator = {
      image          = "hello-world:latest"
      container_name = "hello-world"
      task_role_arn  = var.task_role_arn
    }
    nightly = {
      image   = var.etl_image
      secrets = { PASSWORD = var.secret_arn, TOKEN = var.secret_parameter }

      environment_files = [var.environment_file]
    }
  }
}

output "kwargs" {
  value = { plain = module.plain.operator_kwargs, full = module.full.operator_kwargs }
}

output "tasks" {
  value = { plain = module.plain.tasks, full = module.full.tasks }
}

output "parameters" {
  value = { plain = module.plain.parameter_names, full = module.full.parameter_names }
}

output "execution_roles" {
  value = { plain = module.plain.execution_role_arn, full = module.full.execution_role_arn }
}
