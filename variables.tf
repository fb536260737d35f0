variable "name" {
  description = <<-EOT
    What everything is named after: cluster `<name>-cluster`, task definitions `<name>-<task>`, log groups
    `/ecs/<name>-<task>`, execution role `<name>-execution`, security group `<name>-tasks-…`.
  EOT
  type        = string

  validation {
    condition = can(regex("^[a-zA-Z][a-zA-Z0-9-]{0,47}$", var.name)) && !startswith(lower(var.name), "sg-")
    error_message = join("", [
      "name = ${jsonencode(var.name)}: give 1 to 48 letters, digits and hyphens, beginning with a letter and not ",
      "with sg-, e.g. \"airflow-ecs\".",
    ])
  }
}

variable "network" {
  description = <<-EOT
    Where the tasks run.
    - `subnet_ids`: 2 to 16 subnets of one VPC, private ones with a way out to the images (NAT gateway
      or VPC endpoints).
    - `security_group_ids`: 1 to 5. Null: one is made in the subnets' VPC, egress only.
    - `assign_public_ip`: true only in public subnets, which have no NAT gateway.
    - `vpc_id`: the VPC that the subnets must lie in. Null: that of the first subnet.
  EOT
  type = object({
    subnet_ids         = list(string)
    security_group_ids = optional(list(string))
    assign_public_ip   = optional(bool, false)
    vpc_id             = optional(string)
  })
  nullable = false

  validation {
    condition = length(var.network.subnet_ids) >= 2 && length(var.network.subnet_ids) <= 16
    error_message = join("", [
      "network.subnet_ids has ${length(var.network.subnet_ids)} (${join(", ", var.network.subnet_ids)}): give 2 to ",
      "16, in two availability zones at least, so that one zone's failure does not stop all tasks.",
    ])
  }

  validation {
    condition     = length(distinct(var.network.subnet_ids)) == length(var.network.subnet_ids)
    error_message = "network.subnet_ids = ${jsonencode(var.network.subnet_ids)}: one subnet is given twice."
  }

  validation {
    condition = alltrue([for id in var.network.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))])
    error_message = join("", [
      "network.subnet_ids = ${jsonencode(var.network.subnet_ids)}: each element is one subnet's id, subnet-...; ids ",
      "joined by commas are not one.",
    ])
  }

  validation {
    condition = (
      var.network.security_group_ids == null ||
      contains(range(1, 6), length(coalesce(var.network.security_group_ids, [])))
    )
    error_message = join("", [
      "network.security_group_ids has ${length(coalesce(var.network.security_group_ids, []))}: give 1 to 5, or ",
      "leave it out to have one made.",
    ])
  }

  validation {
    condition = alltrue([for id in coalesce(var.network.security_group_ids, []) : can(regex("^sg-[0-9a-z]+$", id))])
    error_message = join("", [
      "network.security_group_ids = ${jsonencode(var.network.security_group_ids)}: each element is one security ",
      "group's id, sg-....",
    ])
  }
}

variable "mwaa_execution_role_name" {
  description = <<-EOT
    Name of the MWAA environment's execution role, without ARN and path: it gets the policy that lets DAGs
    run the tasks. Null: no role gets it, and the output `policy_json` is yours to attach.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.mwaa_execution_role_name == null ||
      can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.mwaa_execution_role_name))
    )
    error_message = join("", [
      "mwaa_execution_role_name = ${jsonencode(var.mwaa_execution_role_name)}: give the role's name alone, without ",
      "its ARN and path: of arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo it is AmazonMWAA-demo.",
    ])
  }
}

variable "cluster" {
  description = <<-EOT
    The ECS cluster. Default: this module creates one.
    - `existing`: use an existing cluster of this account and region.
      - `name` or `arn`: the cluster, one of the two.
      - `check`: whether the plan looks the cluster up, and fails if it does not exist; default true. Set
        false where the same plan creates the cluster.

      In a shared cluster Airflow's role can stop every task, and with `policy.execute_command` open a shell
      in every container, also in tasks that others run there: AWS knows a task by its cluster only.
    - `name`: default `<name>-cluster`.
    - `capacity_providers`: what tasks can run on; default FARGATE and FARGATE_SPOT. A capacity provider of
      your own, on instances, must exist. For an existing cluster, those that it has: the tasks are
      validated against them, and nothing is changed.
    - `default_capacity_provider_strategy`: where tasks run that do not set it.
    - `container_insights`: disabled (default), enabled or enhanced.
    - `execute_command_configuration`: key and logging of ECS Exec.
    - `managed_storage_configuration`: keys of the tasks' disks.
    - `tags`: of the cluster, beside the variable `tags`.
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
      for key in local.created_cluster_only : var.cluster[key] == null
    ])
    error_message = join("", [
      "cluster.existing is set, and nothing about an existing cluster is changed, so ",
      "${join(" and ", [for key in local.created_cluster_only : key if var.cluster[key] != null])} cannot be set. ",
      "Remove it, or remove existing to have a cluster created.",
    ])
  }

  validation {
    condition     = var.cluster.existing == null ? true : (var.cluster.existing.name == null) != (var.cluster.existing.arn == null)
    error_message = "cluster.existing = ${jsonencode(var.cluster.existing)}: set either name or arn."
  }

  validation {
    condition = try(var.cluster.existing.arn, null) == null || can(
      regex("^arn:[a-z-]+:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[a-zA-Z0-9_-]{1,255}$", var.cluster.existing.arn)
    )
    error_message = join("", [
      "cluster.existing.arn = ${jsonencode(try(var.cluster.existing.arn, null))} must be a cluster's ARN, e.g. ",
      "\"arn:aws:ecs:eu-west-1:123456789012:cluster/shared\".",
    ])
  }

  validation {
    condition = try(var.cluster.existing.arn, null) == null || try(
      slice(split(":", var.cluster.existing.arn), 1, 5) == tolist([local.partition, "ecs", local.region, local.account_id]), true
    )
    error_message = join("", [
      "cluster.existing.arn = ${jsonencode(try(var.cluster.existing.arn, null))}: the tasks run in ${local.region} ",
      "of the account ${local.account_id} (${local.partition}), and RunTask reaches no cluster of another region, ",
      "account or partition. Set a cluster of this region and account, or use a provider of the cluster's.",
    ])
  }

  validation {
    condition = alltrue([
      for name in [var.cluster.name, try(var.cluster.existing.name, null)] :
      name == null || can(regex("^[a-zA-Z0-9_-]{1,255}$", coalesce(name, " ")))
    ])
    error_message = join("", [
      "cluster: name = ${jsonencode(try(coalesce(var.cluster.name, var.cluster.existing.name), null))} must have 1 ",
      "to 255 letters, digits, hyphens and underscores (no ARN).",
    ])
  }
}

variable "execution_role" {
  description = <<-EOT
    The role that ECS starts all tasks with. Default: this module creates one that can do exactly what the
    tasks' images, secrets and log groups need.
    - `existing`: use an existing role of this account: its `arn`.
    - `name`: default `<name>-execution`.
    - `path`: default `/`.
    - `permissions_boundary`: ARN of the policy that limits the role.
    - `kms_key_arns`: keys that the tasks' secrets and environment files are encrypted with, where it
      is not AWS's own key.
    - `grant_by`: how its policy grants writing to log groups: `name` (default) lists each, `tag` grants those
      that have the tag `mwaa-ecs-contract = <ssm_prefix>`.
    - `additional_policy_count`: how many managed policies it has beside its inline one, 0 to 10; default 0.
      The plan names the number that is needed, from about a hundred images, secrets and files on.
  EOT
  type = object({
    existing                = optional(object({ arn = string }))
    name                    = optional(string)
    path                    = optional(string)
    permissions_boundary    = optional(string)
    kms_key_arns            = optional(list(string))
    grant_by                = optional(string)
    additional_policy_count = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition = var.execution_role.existing == null || alltrue([
      for key in local.created_role_only : var.execution_role[key] == null
    ])
    error_message = join("", [
      "execution_role.existing is set, and nothing about an existing role is changed, so ",
      "${join(" and ", [for key in local.created_role_only : key if var.execution_role[key] != null])} cannot be ",
      "set. Remove it, or remove existing to have a role created.",
    ])
  }

  validation {
    condition = try(var.execution_role.existing.arn, null) == null || can(
      regex("^arn:[a-z-]+:iam::[0-9]{12}:role/([a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$", var.execution_role.existing.arn)
    )
    error_message = join("", [
      "execution_role.existing.arn = ${jsonencode(try(var.execution_role.existing.arn, null))}: must be the ARN of ",
      "one role, without wildcards and policy variables, e.g. ",
      "\"arn:aws:iam::123456789012:role/ecsTaskExecutionRole\".",
    ])
  }

  validation {
    condition = try(var.execution_role.existing.arn, null) == null || try(
      slice(split(":", var.execution_role.existing.arn), 0, 5) == tolist(["arn", local.partition, "iam", "", local.account_id]), true
    )
    error_message = join("", [
      "execution_role.existing.arn = ${jsonencode(try(var.execution_role.existing.arn, null))} must be a role of ",
      "the account ${local.account_id} (${local.partition}): ECS takes no execution role of another account. Set a ",
      "role of this account, or leave execution_role out.",
    ])
  }

  validation {
    condition = (
      var.execution_role.name == null ||
      can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", coalesce(var.execution_role.name, " ")))
    )
    error_message = join("", [
      "execution_role.name = ${jsonencode(var.execution_role.name)}: a role's name has 1 to 64 letters, digits and ",
      "+=,.@_-, nothing else (no ARN, no path).",
    ])
  }

  validation {
    condition = (
      var.execution_role.path == null ||
      can(regex("^/([a-zA-Z0-9+=,.@_-]+/)*$", coalesce(var.execution_role.path, " ")))
    )
    error_message = join("", [
      "execution_role.path = ${jsonencode(var.execution_role.path)}: a path begins and ends with a slash and has ",
      "letters, digits and +=,.@_- between slashes, e.g. \"/airflow/\".",
    ])
  }

  validation {
    condition = alltrue([
      for arn in coalesce(var.execution_role.kms_key_arns, []) :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "execution_role.kms_key_arns = ${jsonencode(var.execution_role.kms_key_arns)}: each is the ARN of a key (not ",
      "of an alias: IAM does not look at those), e.g. \"arn:aws:kms:eu-west-1:123456789012:key/...\".",
    ])
  }

  validation {
    condition = (
      var.execution_role.grant_by == null ||
      contains(["name", "tag"], coalesce(var.execution_role.grant_by, "-"))
    )
    error_message = "execution_role.grant_by = ${jsonencode(var.execution_role.grant_by)} must be one of \"name\", \"tag\"."
  }

  validation {
    condition = contains(range(0, 11), coalesce(var.execution_role.additional_policy_count, 0))
    error_message = join("", [
      "execution_role.additional_policy_count = ${jsonencode(var.execution_role.additional_policy_count)} must be a ",
      "whole number from 0 to 10.",
    ])
  }
}

# BEGIN GENERATED retentions: make docs
locals {
  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  retentions = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]
}
# END GENERATED retentions

# BEGIN GENERATED logs: make docs
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
# END GENERATED logs

variable "ssm_prefix" {
  description = <<-EOT
    What the names of all parameters that DAGs read begin with. Each module instance needs one of its own in
    an account and region. `tasks` and `images` cannot be part of it, except as the first level.
  EOT
  type        = string
  default     = "/mwaa"
  nullable    = false

  validation {
    condition = (
      can(regex("^(/[a-zA-Z0-9_.-]+){1,13}$", var.ssm_prefix)) &&
      !can(regex("^/(?i)(aws|ssm)", var.ssm_prefix))
    )
    error_message = join("", [
      "ssm_prefix = ${jsonencode(var.ssm_prefix)}: give 1 to 13 levels of letters, digits and _.-, with a slash ",
      "before each and none at the end, e.g. \"/mwaa\"; AWS keeps names that begin with /aws or /ssm.",
    ])
  }

  # It is the value of the tag `mwaa-ecs-contract` too.
  validation {
    condition     = length(var.ssm_prefix) <= 256
    error_message = "ssm_prefix has ${length(var.ssm_prefix)} characters. It must have at most 256."
  }

  # Another module instance's role may read all of `<its prefix>/tasks`, so nothing
  # else may lie there. No other path is granted as a whole.
  validation {
    condition = !can(regex("^/[^/]+(/[^/]+)*/(tasks|images)(/|$)", var.ssm_prefix))
    error_message = join("", [
      "ssm_prefix = ${jsonencode(var.ssm_prefix)}: it lies below a path named \"tasks\" or \"images\", which a ",
      "module instance with a shorter prefix keeps its tasks in: DAGs of that instance could read these parameters. ",
      "Set a prefix without these two names, e.g. \"/mwaa-dev\".",
    ])
  }
}

variable "default_task" {
  description = <<-EOT
    Task that the six single parameters (`<ssm_prefix>/ecs/cluster` and so on) describe. Null: the only one.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.default_task != null || length(var.tasks) <= 1
    error_message = join("", [
      "default_task is not given and there are ${length(var.tasks)} tasks: name the one that ",
      "${var.ssm_prefix}/ecs/task_definition and the other five describe, one of ${join(", ", keys(var.tasks))}.",
    ])
  }

  validation {
    condition = var.default_task == null || contains(keys(var.tasks), coalesce(var.default_task, "-"))
    error_message = join("", [
      "default_task = ${jsonencode(var.default_task)}: there is no such task. It must be one of ",
      "${join(", ", keys(var.tasks))}.",
    ])
  }
}

variable "policy" {
  description = <<-EOT
    The policy of MWAA's role. The defaults suit most users.
    - `grant_by`: how it grants running task definitions and reading log groups.
      - `name` (default): it lists each. Room for some 20 tasks in a managed policy, 40 in an inline one.
      - `tag`: it grants what has the tag `mwaa-ecs-contract = <ssm_prefix>`, whatever the number of tasks. A
        revision that CI or a DAG registers needs the tag too, or it cannot be run.
    - `name`: of the policy; default `<name>-run-tasks`.
    - `managed`: true for a managed policy, false (default) for an inline one.
    - `reattach`: true if DAGs use the operator with `reattach=True`; default false.
    - `tags`: true if DAGs use it with `tags` or `propagate_tags`; default false. A task's own
      `propagate_tags` is granted without it.
    - `secrets_backend`: true if Airflow's Parameter Store backend looks up variables below
      `<ssm_prefix>/tasks`; default false.
    - `execute_command`: true if DAGs open a shell in running containers (ECS Exec); default false. It
      reaches every container of the cluster, also those of other teams where the cluster is shared.
    - `register`: true if DAGs register revisions of the task definitions; default false. They can then run
      any image with the tasks' roles. Each family is listed, with `grant_by = "tag"` too.
    - `kms_key_arns`: keys of parameters that DAGs read; that of `logs` is added without it.
    - `attach`: whether the policy is attached. Default: true if `mwaa_execution_role_name` is set. Set true
      where the role's name is known only after apply.
    - `check_role`: whether the plan looks if the role exists, and warns if not; default true. It needs
      `iam:ListRoles`. Set false where that is not allowed, or where the same plan creates the role.
  EOT
  type = object({
    grant_by        = optional(string, "name")
    name            = optional(string)
    managed         = optional(bool, false)
    reattach        = optional(bool, false)
    tags            = optional(bool, false)
    secrets_backend = optional(bool, false)
    execute_command = optional(bool, false)
    register        = optional(bool, false)
    kms_key_arns    = optional(list(string), [])
    attach          = optional(bool)
    check_role      = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["name", "tag"], var.policy.grant_by)
    error_message = "policy.grant_by = ${jsonencode(var.policy.grant_by)} must be one of \"name\", \"tag\"."
  }

  validation {
    condition = var.policy.name == null || can(regex("^[a-zA-Z0-9+=,.@_-]{1,128}$", var.policy.name))
    error_message = join("", [
      "policy.name = ${jsonencode(var.policy.name)}: a policy's name has 1 to 128 letters, digits and +=,.@_-, ",
      "nothing else.",
    ])
  }

  validation {
    condition = alltrue([
      for arn in var.policy.kms_key_arns :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "policy.kms_key_arns = ${jsonencode(var.policy.kms_key_arns)}: each is the ARN of a key (not of an alias: IAM ",
      "does not look at those), e.g. \"arn:aws:kms:eu-west-1:123456789012:key/...\".",
    ])
  }
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
  nullable    = false
}
