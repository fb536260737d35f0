variable "name" {
  description = "Prefix of the task definitions' names: `<name>-<task>`. Default: none, `<task>` alone."
  type        = string
  default     = null
}

variable "execution_role_arn" {
  description = "ARN of the role that ECS starts the containers with: it pulls images, reads secrets and writes logs."
  type        = string
}

variable "default_capacity_provider_strategy" {
  description = <<-EOT
    The cluster's default strategy, for tasks without `launch_type` and `capacity_provider_strategy`.
    Default: none, these tasks run on Fargate.
    - `capacity_provider`: name of the provider.
    - `weight`: its share of the tasks, 0 to 1000.
    - `base`: the number of tasks that it gets first; only one entry may have one.
  EOT
  type = list(object({
    capacity_provider = string
    weight            = optional(number)
    base              = optional(number)
  }))
  default = null
}

# BEGIN SHARED logs
variable "logs" {
  description = <<-EOT
    The log groups that the containers write to. A task can set its own values.
    - `create`: false if the groups exist already. Default: true.
    - `retention_in_days`: one of the values that CloudWatch accepts; 0 keeps lines for ever. Default: 30.
    - `kms_key_arn`: key that encrypts the groups; its policy must allow CloudWatch Logs. Default: none.
    - `stream_prefix`: the first part of a log stream's name, `<prefix>/<container>/<id>`. Default: `ecs`.
    - `log_group_class`: STANDARD, or INFREQUENT_ACCESS, which is cheaper and which Airflow cannot read.
      Default: STANDARD.
    - `log_group_name`: one existing group for all tasks, with `create = false`. Default: a group for each
      task, `/ecs/<family>`.
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
    condition = contains(local.retentions, var.logs.retention_in_days)
    error_message = join(" ", [
      "logs.retention_in_days is ${var.logs.retention_in_days}.",
      "It must be one of ${join(", ", local.retentions)}; 0 is for ever.",
    ])
  }

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
  validation {
    condition = can(regex("^[^:*]{1,223}$", var.logs.stream_prefix))
    error_message = join(" ", [
      "logs.stream_prefix is ${jsonencode(var.logs.stream_prefix)}.",
      "It must have 1 to 223 characters, without a colon and an asterisk.",
    ])
  }

  validation {
    condition = contains(["STANDARD", "INFREQUENT_ACCESS"], var.logs.log_group_class)
    error_message = join(" ", [
      "logs.log_group_class is ${jsonencode(var.logs.log_group_class)}.",
      "It must be STANDARD or INFREQUENT_ACCESS.",
    ])
  }

  validation {
    condition = var.logs.log_group_name == null || can(regex("^[a-zA-Z0-9_/.#-]{1,512}$", var.logs.log_group_name))
    error_message = join(" ", [
      "logs.log_group_name is ${jsonencode(var.logs.log_group_name)}.",
      "It must have 1 to 512 letters, digits and _/.#-, and must not be an ARN.",
    ])
  }

  # A policy's condition names the key. IAM does not look at aliases.
  validation {
    condition = var.logs.kms_key_arn == null || can(
      regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", var.logs.kms_key_arn)
    )
    error_message = join(" ", [
      "logs.kms_key_arn is ${jsonencode(var.logs.kms_key_arn)}. It must be the ARN of a key, not of an alias,",
      "e.g. \"arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d\".",
    ])
  }
}
# END SHARED logs

variable "resource_tag" {
  description = <<-EOT
    Tag that marks the resources of one instance of the root module, for policies that grant by tag.
    Default: none.
    - `key`: the tag's key.
    - `value`: the tag's value.
  EOT
  type = object({
    key   = string
    value = string
  })
  default = null
}

variable "propagate_tags" {
  description = "True gives the running tasks of every task the tags of their definition. Default: false."
  type        = bool
  default     = false
  nullable    = false
}

variable "task_role_path" {
  description = "Path in IAM of the roles that are created for `task_role`, unless it sets one."
  type        = string
  default     = "/"
  nullable    = false
}

variable "tags" {
  description = "Tags of the task definitions, log groups and task roles. A task's own `tags` win."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region of the log groups. Default: the provider's."
  type        = string
  default     = null
}

variable "account_id" {
  description = "Account of the task roles. Default: the provider's."
  type        = string
  default     = null
}

variable "partition" {
  description = "Partition of the task roles: aws, aws-cn or aws-us-gov. Default: the provider's."
  type        = string
  default     = null
}
