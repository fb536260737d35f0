variable "name" {
  description = "Name of the ECS cluster."
  type        = string

  validation {
    condition = can(regex("^[a-zA-Z0-9_-]{1,255}$", var.name))
    error_message = join("", [
      "name = ${jsonencode(var.name)}: a cluster's name has 1 to 255 letters, digits, hyphens and underscores, ",
      "nothing else.",
    ])
  }
}

variable "capacity_providers" {
  description = <<-EOT
    Capacity providers that tasks may run on: FARGATE, FARGATE_SPOT, or the name of a provider of your own
    that exists already.
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
      "capacity_providers = ${jsonencode(var.capacity_providers)}: each is FARGATE, FARGATE_SPOT or the name of a ",
      "provider of your own (letters, digits, hyphens, underscores; not beginning with aws, ecs or fargate).",
    ])
  }
}

variable "default_capacity_provider_strategy" {
  description = <<-EOT
    Where a task runs that is started without saying where. Empty: it is refused, or looks for EC2
    instances.
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
      "${join(", ", [for s in var.default_capacity_provider_strategy : s.capacity_provider if !contains(var.capacity_providers, s.capacity_provider)])}, ",
      "which the cluster lacks: capacity_providers = ${jsonencode(var.capacity_providers)}.",
    ])
  }

  validation {
    condition = length(distinct([for s in var.default_capacity_provider_strategy : startswith(s.capacity_provider, "FARGATE")])) < 2
    error_message = join("", [
      "default_capacity_provider_strategy = ${jsonencode(var.default_capacity_provider_strategy)}: it mixes Fargate ",
      "with providers of your own; ECS refuses that.",
    ])
  }

  validation {
    condition = length([for s in var.default_capacity_provider_strategy : s if coalesce(s.base, 0) > 0]) <= 1 && alltrue([
      for s in var.default_capacity_provider_strategy :
      contains(range(0, 1001), coalesce(s.weight, 0)) && coalesce(s.base, 0) >= 0 && coalesce(s.base, 0) <= 100000
    ])
    error_message = join("", [
      "default_capacity_provider_strategy = ${jsonencode(var.default_capacity_provider_strategy)}: weight is 0 to ",
      "1000, base 0 to 100000, and one entry only may have a base.",
    ])
  }
}

variable "execute_command_configuration" {
  description = <<-EOT
    ECS Exec: the key its sessions are encrypted with, and where they are logged: `logging` is NONE, DEFAULT
    (the task's own log group) or OVERRIDE (as `log_configuration` says). Whoever opens a session starts the
    task with it enabled, and the task's role must allow ssmmessages.
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
      "execute_command_configuration.logging = ${jsonencode(try(var.execute_command_configuration.logging, ""))} ",
      "must be one of NONE, DEFAULT, OVERRIDE.",
    ])
  }

  validation {
    condition = (try(var.execute_command_configuration.logging, "DEFAULT") == "OVERRIDE") == (try(var.execute_command_configuration.log_configuration, null) != null)
    error_message = join("", [
      "execute_command_configuration: log_configuration belongs to logging = \"OVERRIDE\", and that needs it; ",
      "logging = ${jsonencode(try(var.execute_command_configuration.logging, ""))}.",
    ])
  }
}

variable "managed_storage_configuration" {
  description = <<-EOT
    ARNs of the keys that AWS encrypts storage with which it manages: `fargate_ephemeral_storage_kms_key_id`
    for the tasks' own disks on Fargate, `kms_key_id` for the rest.
  EOT
  type = object({
    kms_key_id                           = optional(string)
    fargate_ephemeral_storage_kms_key_id = optional(string)
  })
  default = null
}

variable "container_insights" {
  description = <<-EOT
    CloudWatch Container Insights for the cluster: disabled, enabled or enhanced. CloudWatch charges for all
    but disabled.
  EOT
  type        = string
  default     = "disabled"
  nullable    = false

  validation {
    condition     = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "container_insights = ${jsonencode(var.container_insights)} must be one of disabled, enabled, enhanced."
  }
}

variable "tags" {
  description = "Tags of the cluster."
  type        = map(string)
  default     = {}
  nullable    = false
}
