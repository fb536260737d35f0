variable "name" {
  description = "What the task is called. Messages name it, and it is the default of `family` and of the main container's name."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,255}$", var.name))
    error_message = "name = ${jsonencode(var.name)}: a task's name has 1 to 255 letters, digits, hyphens and underscores, nothing else."
  }
}

variable "family" {
  description = "Name of the task definition where `task.family` says none. Null: the task's name."
  type        = string
  default     = null
}

variable "execution_role_arn" {
  description = "ARN of the role that ECS starts the containers with: it pulls images, reads secrets and writes logs."
  type        = string
}

variable "logs" {
  description = <<-EOT
    The log group that the containers write to.
    - `create`: false if it exists already.
    - `retention_in_days`: one of the values that CloudWatch knows; 0 keeps lines for ever.
    - `kms_key_arn`: key that the group is encrypted with; its policy must allow CloudWatch Logs.
    - `stream_prefix`: what a log stream's name begins with: `<prefix>/<container>/<task id>`.
    - `log_group_class`: STANDARD (default); Airflow cannot read the cheaper INFREQUENT_ACCESS.
    - `log_group_name`: one group in place of `/ecs/<family>`.
  EOT
  type = object({
    create            = optional(bool, true)
    retention_in_days = optional(number, 30)
    kms_key_arn       = optional(string)
    stream_prefix     = optional(string, "ecs")
    log_group_class   = optional(string, "STANDARD")
    log_group_name    = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(local._retentions, var.logs.retention_in_days)
    error_message = "logs.retention_in_days = ${var.logs.retention_in_days}: CloudWatch knows ${join(", ", local._retentions)}; 0 is for ever."
  }

  validation {
    condition     = can(regex(local._stream_prefix, var.logs.stream_prefix))
    error_message = "logs.stream_prefix = ${jsonencode(var.logs.stream_prefix)}: give letters, digits and _.-/ without a slash at either end."
  }

  validation {
    condition     = contains(["STANDARD", "INFREQUENT_ACCESS"], var.logs.log_group_class)
    error_message = "logs.log_group_class = ${jsonencode(var.logs.log_group_class)}: legal are STANDARD and INFREQUENT_ACCESS."
  }

  validation {
    condition     = var.logs.log_group_name == null || can(regex(local._log_group_word, var.logs.log_group_name))
    error_message = "logs.log_group_name = ${jsonencode(var.logs.log_group_name)}: a log group's name has 1 to 512 letters, digits and _/.#-, nothing else (no ARN)."
  }
}

variable "resource_tag" {
  description = "Tag that marks the resources of one instance of the root module, for policies that grant by tag. Default: none."
  type = object({
    key   = string
    value = string
  })
  default = null
}

variable "task_role_path" {
  description = "Path in IAM of the role that is made for `task.task_role`, where that says none."
  type        = string
  default     = "/"
  nullable    = false
}

variable "tags" {
  description = "Tags of the task definition, the log group and the task role. Those of the task itself win."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region of the log group. Null: the provider's own."
  type        = string
  default     = null
}

variable "account_id" {
  description = "Account of the task role. Null: the provider's own."
  type        = string
  default     = null
}

variable "partition" {
  description = "Partition of the task role: aws, aws-cn, aws-us-gov. Null: the provider's own."
  type        = string
  default     = null
}
