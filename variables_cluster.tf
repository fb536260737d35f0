variable "cluster" {
  description = <<-EOT
    The ECS cluster. Default: this module creates one.
    - `existing`: use an existing cluster of this account and region.
      - `name`: name of the cluster. Set it or `arn`.
      - `arn`: ARN of the cluster. Set it or `name`.
      - `check`: whether the plan looks the cluster up, and fails if it does not exist. Set false if the same
        plan creates the cluster. Default: true.

      In a shared cluster Airflow's role can stop every task, also those of others, and with
      `policy.execute_command` open a shell in every container. IAM can limit this to a cluster, not to tasks.
    - `name`: name of the cluster that is created. Default: `<name>-cluster`.
    - `capacity_providers`: capacity providers that tasks can run on. One of your own, on instances, must exist.
      For an existing cluster, set those that it has: the tasks are validated against them, and the cluster is
      not changed. Default: FARGATE and FARGATE_SPOT.
    - `default_capacity_provider_strategy`: capacity providers of tasks that set neither `launch_type` nor
      `capacity_provider_strategy`. Default: none; such tasks run on FARGATE.
    - `container_insights`: disabled, enabled or enhanced. Default: disabled.
    - `execute_command_configuration`: key and logging of ECS Exec. Default: none.
    - `managed_storage_configuration`: keys of the tasks' disks. Default: AWS's own keys.
    - `tags`: tags of the cluster, in addition to the variable `tags`. Default: none.
  EOT
  type = object({
    existing = optional(object({
      name  = optional(string)
      arn   = optional(string)
      check = optional(bool, true)
    }))
    name               = optional(string)
    capacity_providers = optional(list(string))
    default_capacity_provider_strategy = optional(list(object({
      capacity_provider = string
      weight            = optional(number)
      base              = optional(number)
    })))
    container_insights = optional(string)
    execute_command_configuration = optional(object({
      kms_key_id = optional(string)
      logging    = optional(string, "DEFAULT")
      log_configuration = optional(object({
        cloud_watch_log_group_name     = optional(string)
        cloud_watch_encryption_enabled = optional(bool)
        s3_bucket_name                 = optional(string)
        s3_bucket_encryption_enabled   = optional(bool)
        s3_key_prefix                  = optional(string)
      }))
    }))
    managed_storage_configuration = optional(object({
      kms_key_id                           = optional(string)
      fargate_ephemeral_storage_kms_key_id = optional(string)
    }))
    tags = optional(map(string))
  })
  default  = {}
  nullable = false

  validation {
    condition = var.cluster.existing == null || alltrue([
      for key in local.created_cluster_fields : var.cluster[key] == null
    ])
    error_message = join("", [
      "cluster.existing is set, and nothing about an existing cluster is changed, so ",
      "${join(" and ", [for key in local.created_cluster_fields : key if var.cluster[key] != null])} cannot be set. ",
      "Remove it, or remove existing to have a cluster created.",
    ])
  }

  validation {
    condition = (
      var.cluster.existing == null ? true :
      (var.cluster.existing.name == null) != (var.cluster.existing.arn == null)
    )
    error_message = "cluster.existing is ${jsonencode(var.cluster.existing)}. Set either name or arn."
  }

  validation {
    condition = try(var.cluster.existing.arn, null) == null || can(
      regex("^arn:[a-z-]+:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[a-zA-Z0-9_-]{1,255}$", var.cluster.existing.arn)
    )
    error_message = join("", [
      "cluster.existing.arn is ${jsonencode(try(var.cluster.existing.arn, null))}. It must be a cluster's ARN, e.g. ",
      "\"arn:aws:ecs:eu-west-1:123456789012:cluster/shared\".",
    ])
  }

  validation {
    condition = try(var.cluster.existing.arn, null) == null || try(
      slice(split(":", var.cluster.existing.arn), 1, 5) ==
      tolist([local.provider_partition, "ecs", local.provider_region, local.provider_account_id]),
      true,
    )
    error_message = join("", [
      "cluster.existing.arn is ${jsonencode(try(var.cluster.existing.arn, null))}. It must be in ",
      "${local.provider_region} of the account ${local.provider_account_id} (${local.provider_partition}), where the ",
      "tasks run. Set a cluster of this region and account, or use a provider of the cluster's region and account.",
    ])
  }

  validation {
    condition = alltrue([
      for name in [var.cluster.name, try(var.cluster.existing.name, null)] :
      name == null || can(regex("^[a-zA-Z0-9_-]{1,255}$", coalesce(name, " ")))
    ])
    error_message = join("", [
      "cluster: the name is ",
      jsonencode(try(coalesce(var.cluster.name, try(var.cluster.existing.name, null)), null)),
      ". It must have 1 to 255 letters, digits, hyphens and underscores, and must not be an ARN.",
    ])
  }
}
