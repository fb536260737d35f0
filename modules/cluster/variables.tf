variable "name" {
  description = "Name of the ECS cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,255}$", var.name))
    error_message = "name is ${jsonencode(var.name)}. It must have 1 to 255 letters, digits, hyphens and underscores."
  }
}

variable "capacity_providers" {
  description = <<-EOT
    Capacity providers that tasks can run on: FARGATE, FARGATE_SPOT, or the name of an existing provider of
    your own. Default: FARGATE and FARGATE_SPOT.
  EOT
  type        = list(string)
  default     = ["FARGATE", "FARGATE_SPOT"]
  nullable    = false

  validation {
    condition = alltrue([
      for p in var.capacity_providers :
      contains(["FARGATE", "FARGATE_SPOT"], p) ||
      (can(regex("^[a-zA-Z0-9_-]{1,255}$", p)) && !can(regex("^(?i)(aws|ecs|fargate)", p)))
    ])
    error_message = join("", [
      "capacity_providers is ${jsonencode(var.capacity_providers)}. Each must be FARGATE, FARGATE_SPOT or the name of ",
      "a provider of your own: letters, digits, hyphens and underscores, not beginning with aws, ecs or fargate.",
    ])
  }
}

variable "default_capacity_provider_strategy" {
  description = <<-EOT
    Capacity providers of tasks that are started without a launch type and without a strategy. Default: empty;
    ECS then starts such tasks on EC2 instances of the cluster.
    - `capacity_provider`: (Required) one of `capacity_providers`.
    - `weight`: share of the tasks beyond `base` that this provider gets, 0 to 1000. Default: 0.
    - `base`: number of tasks that run on this provider first, 0 to 100000. One entry can have it. Default: 0.
  EOT
  type = list(object({
    capacity_provider = string
    weight            = optional(number)
    base              = optional(number)
  }))
  default  = []
  nullable = false

  validation {
    condition = alltrue([
      for s in var.default_capacity_provider_strategy :
      contains(var.capacity_providers, s.capacity_provider)
    ])
    error_message = join("", [
      "default_capacity_provider_strategy names ",
      join(", ", [
        for s in var.default_capacity_provider_strategy : jsonencode(s.capacity_provider)
        if !contains(var.capacity_providers, s.capacity_provider)
      ]),
      ". It must be one of capacity_providers, ${join(", ", var.capacity_providers)}. Add it there, or use another.",
    ])
  }

  validation {
    condition = length(distinct([
      for s in var.default_capacity_provider_strategy : startswith(s.capacity_provider, "FARGATE")
    ])) < 2
    error_message = join("", [
      "default_capacity_provider_strategy is ${jsonencode(var.default_capacity_provider_strategy)}. It must not mix ",
      "Fargate with providers of your own. Use one kind.",
    ])
  }

  validation {
    condition = alltrue(concat(
      [length([for s in var.default_capacity_provider_strategy : s if coalesce(s.base, 0) > 0]) <= 1],
      [
        for s in var.default_capacity_provider_strategy :
        contains(range(0, 1001), coalesce(s.weight, 0)) && coalesce(s.base, 0) >= 0 && coalesce(s.base, 0) <= 100000
      ],
    ))
    error_message = join("", [
      "default_capacity_provider_strategy is ${jsonencode(var.default_capacity_provider_strategy)}. weight must be ",
      "from 0 to 1000, base from 0 to 100000, and only one entry can have a base.",
    ])
  }
}

variable "execute_command_configuration" {
  description = <<-EOT
    Encryption and logs of ECS Exec sessions. A session needs a task that was started with ECS Exec enabled,
    and a task role that allows ssmmessages. Default: null.
    - `kms_key_id`: key that encrypts the sessions. Default: none.
    - `logging`: NONE, DEFAULT (the task's own log group) or OVERRIDE (`log_configuration`). Default: DEFAULT.
    - `log_configuration`: (Required with OVERRIDE) where sessions are logged.
      - `cloud_watch_log_group_name`: log group. Default: none.
      - `cloud_watch_encryption_enabled`: true if the log group is encrypted. Default: false.
      - `s3_bucket_name`: bucket. Default: none.
      - `s3_bucket_encryption_enabled`: true if the bucket is encrypted. Default: false.
      - `s3_key_prefix`: folder in the bucket. Default: none.
  EOT
  type = object({
    kms_key_id = optional(string)
    logging    = optional(string, "DEFAULT")
    log_configuration = optional(object({
      cloud_watch_log_group_name     = optional(string)
      cloud_watch_encryption_enabled = optional(bool)
      s3_bucket_name                 = optional(string)
      s3_bucket_encryption_enabled   = optional(bool)
      s3_key_prefix                  = optional(string)
    }))
  })
  default = null

  validation {
    condition = contains(["NONE", "DEFAULT", "OVERRIDE"], try(var.execute_command_configuration.logging, "DEFAULT"))
    error_message = join("", [
      "execute_command_configuration.logging is ",
      "${jsonencode(try(var.execute_command_configuration.logging, ""))}. It must be one of NONE, DEFAULT, OVERRIDE.",
    ])
  }

  validation {
    condition = (
      (try(var.execute_command_configuration.logging, "DEFAULT") == "OVERRIDE") ==
      (try(var.execute_command_configuration.log_configuration, null) != null)
    )
    error_message = join("", [
      "execute_command_configuration.logging is ",
      "${jsonencode(try(var.execute_command_configuration.logging, ""))}. With \"OVERRIDE\", set log_configuration; ",
      "otherwise remove it.",
    ])
  }
}

variable "managed_storage_configuration" {
  description = <<-EOT
    Keys that encrypt the storage that ECS manages. Default: null, AWS's own keys.
    - `kms_key_id`: ARN of the key for the tasks' EBS volumes. Default: AWS's own key.
    - `fargate_ephemeral_storage_kms_key_id`: ARN of the key for the tasks' own disks on Fargate. Default: AWS's
      own key.
  EOT
  type = object({
    kms_key_id                           = optional(string)
    fargate_ephemeral_storage_kms_key_id = optional(string)
  })
  default = null
}

variable "container_insights" {
  description = <<-EOT
    CloudWatch Container Insights: disabled, enabled or enhanced. CloudWatch charges for the last two.
    Default: disabled.
  EOT
  type        = string
  default     = "disabled"
  nullable    = false

  validation {
    condition = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = join("", [
      "container_insights is ${jsonencode(var.container_insights)}. It must be one of disabled, enabled, enhanced.",
    ])
  }
}

variable "tags" {
  description = "Tags of the cluster. Default: none."
  type        = map(string)
  default     = {}
  nullable    = false
}
