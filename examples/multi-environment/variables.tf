# The YAML in environments/ sets these. A variable without a type is passed on as it is:
# `mwaa-ecs render` checks it against the type in the module.
variable "region" {
  description = "Region of the environment."
  type        = string
}

variable "account_id" {
  description = "Account of the environment; Terraform refuses to work in another."
  type        = string
}

variable "subnet_tag" {
  description = "Tag `Name` of the private subnets that the tasks run in."
  type        = string
}

variable "name" {
  description = "What everything is named after."
}
variable "tasks" {
  description = "The tasks that DAGs run."
}
variable "mwaa_execution_role_name" {
  description = "Name of the MWAA environment's execution role."
}

variable "default_task" {
  description = "Task that the six single parameters describe."
  default     = null
}

variable "logs" {
  description = "The tasks' log groups."
  default     = null
}

variable "ssm_prefix" {
  description = "What parameters' names begin with."
  default     = null
}

variable "tags" {
  description = "Tags of everything that is made."
  default     = null
}
