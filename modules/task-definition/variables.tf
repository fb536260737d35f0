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

# This type stands word for word in the root module's `tasks` too: Terraform has
# no way to name one. tests/types.tftest.hcl there compares the two.
variable "task" {
  description = <<-EOT
    The task: a main container, what it needs to run, and sidecars.
    - `image`, `command`, `entry_point`: as in a Dockerfile, the last two as lists.
    - `environment`: values by name; all strings.
    - `secrets`: by the name of the environment variable, where ECS finds its value: the ARN of a
      secret in Secrets Manager (`:json-key:stage:version` may follow), or the ARN or name of a
      parameter in Parameter Store.
    - `container_name`: of the main container. Default: the task's name.
    - `family`: name of the task definition. Default: `var.family`.
    - `cpu` (1024 is one vCPU) and `memory` (MiB): on Fargate one of the pairs that AWS offers.
    - `task_role_arn`: the role that the program in the containers calls AWS with, if it does.
    - `log_group_name`: default `/ecs/<family>`. `log_stream_prefix` and `create_log_group`: default
      as in `logs`; say `create_log_group = false` for a group that exists.
    - `launch_type` (FARGATE or EC2) or `capacity_provider_strategy`, never both. Default: FARGATE.
    - `platform_version`: of Fargate. Default: LATEST.
    - `sidecars`: containers beside the main one, by name, with the same fields. The task ends with
      its main container; an `essential` sidecar ends it too.
  EOT
  type = object({
    # The main container. The same fields as a sidecar's, further down.
    image       = string
    command     = optional(list(string))
    entry_point = optional(list(string))
    environment = optional(map(string), {})
    secrets     = optional(map(string), {})

    # The task.
    container_name    = optional(string)
    family            = optional(string)
    cpu               = optional(number, 256)
    memory            = optional(number, 512)
    task_role_arn     = optional(string)
    log_group_name    = optional(string)
    log_stream_prefix = optional(string)
    create_log_group  = optional(bool)
    tags              = optional(map(string), {})

    # Where it runs.
    launch_type = optional(string)
    capacity_provider_strategy = optional(list(object({
      capacity_provider = string
      weight            = optional(number)
      base              = optional(number)
    })))
    platform_version = optional(string)

    # Containers beside the main one, by name.
    sidecars = optional(map(object({
      image       = string
      command     = optional(list(string))
      entry_point = optional(list(string))
      environment = optional(map(string), {})
      secrets     = optional(map(string), {})
      essential   = optional(bool, false)
    })), {})
  })

  validation {
    condition     = alltrue([for name in keys(var.task.sidecars) : can(regex(local._container_word, name))])
    error_message = "Task ${jsonencode(var.name)}: sidecars = ${jsonencode(keys(var.task.sidecars))}: a container's name has 1 to 255 letters, digits, hyphens and underscores, nothing else."
  }

  validation {
    condition     = var.task.launch_type == null || var.task.capacity_provider_strategy == null
    error_message = "Task ${jsonencode(var.name)}: both launch_type and capacity_provider_strategy are given; ECS takes one of them."
  }

  validation {
    condition     = var.task.launch_type == null || contains(["FARGATE", "EC2"], coalesce(var.task.launch_type, "FARGATE"))
    error_message = "Task ${jsonencode(var.name)}: launch_type = ${jsonencode(var.task.launch_type)}: legal are FARGATE and EC2."
  }

  validation {
    condition     = var.task.capacity_provider_strategy == null || contains(range(1, 21), length(coalesce(var.task.capacity_provider_strategy, [])))
    error_message = "Task ${jsonencode(var.name)}: capacity_provider_strategy has ${length(coalesce(var.task.capacity_provider_strategy, []))} entries: legal are 1 to 20, or leave it out."
  }

  validation {
    condition     = var.task.log_group_name == null || can(regex("^[a-zA-Z0-9_/.#-]{1,512}$", var.task.log_group_name))
    error_message = "Task ${jsonencode(var.name)}: log_group_name = ${jsonencode(var.task.log_group_name)}: a log group's name has 1 to 512 letters, digits and _/.#-, nothing else (no ARN)."
  }

  validation {
    condition     = var.task.log_stream_prefix == null || can(regex(local._stream_prefix, var.task.log_stream_prefix))
    error_message = "Task ${jsonencode(var.name)}: log_stream_prefix = ${jsonencode(var.task.log_stream_prefix)}: give letters, digits and _.-/ without a slash at either end."
  }

  validation {
    condition     = var.task.task_role_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", var.task.task_role_arn))
    error_message = "Task ${jsonencode(var.name)}: task_role_arn = ${jsonencode(var.task.task_role_arn)}: give a role's ARN."
  }
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
  EOT
  type = object({
    create            = optional(bool, true)
    retention_in_days = optional(number, 30)
    kms_key_arn       = optional(string)
    stream_prefix     = optional(string, "ecs")
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
}

variable "tags" {
  description = "Tags of the task definition and the log group. Those of the task itself win."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region of the log group. Null: the provider's own."
  type        = string
  default     = null
}
