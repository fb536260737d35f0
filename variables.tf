variable "name" {
  description = <<-EOT
    Prefix of all names: cluster `<name>-cluster`, task definitions `<name>-<task>`, log groups
    `/ecs/<name>-<task>`, execution role
    `<name>-execution-<region>`, security group `<name>-tasks-…`.
  EOT
  type        = string

  validation {
    condition = can(regex("^[a-zA-Z][a-zA-Z0-9-]{0,47}$", var.name)) && !startswith(lower(var.name), "sg-")
    error_message = join("", [
      "name is ${jsonencode(var.name)}. It must have 1 to 48 letters, digits and hyphens, and begin with a letter and ",
      "not with sg-, e.g. \"airflow-ecs\".",
    ])
  }
}

variable "network" {
  description = <<-EOT
    The network that the tasks run in.
    - `subnet_ids`: (Required) 2 to 16 subnets of one VPC. Private subnets need a NAT gateway or VPC endpoints,
      to pull images.
    - `security_group_ids`: 1 to 5 security groups. Default: one that this module creates, egress only. A list that is
      known only after apply needs `compact(…)` around it, which tells Terraform that there is one.
    - `assign_public_ip`: true for public subnets, which have no NAT gateway. Default: false.
    - `vpc_id`: VPC that the subnets must be in. Default: that of the first subnet, which the
      state keeps.
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
      "network.subnet_ids has ${length(var.network.subnet_ids)} (${join(", ", var.network.subnet_ids)}). Set 2 to 16, ",
      "in at least two availability zones, so that one zone's failure does not stop all tasks.",
    ])
  }

  validation {
    condition     = length(distinct(var.network.subnet_ids)) == length(var.network.subnet_ids)
    error_message = "network.subnet_ids is ${jsonencode(var.network.subnet_ids)}. Set each subnet once."
  }

  validation {
    condition = alltrue([for id in var.network.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))])
    error_message = join("", [
      "network.subnet_ids is ${jsonencode(var.network.subnet_ids)}. Each element must be one subnet's id, subnet-..., ",
      "not several ids joined by commas.",
    ])
  }

  validation {
    condition = (
      var.network.security_group_ids == null ||
      contains(range(1, 6), length(coalesce(var.network.security_group_ids, [])))
    )
    error_message = join("", [
      "network.security_group_ids has ${length(coalesce(var.network.security_group_ids, []))}. Set 1 to 5, or remove ",
      "it to have one created.",
    ])
  }

  validation {
    condition = alltrue([for id in coalesce(var.network.security_group_ids, []) : can(regex("^sg-[0-9a-z]+$", id))])
    error_message = join("", [
      "network.security_group_ids is ${jsonencode(var.network.security_group_ids)}. Each element must be one security ",
      "group's id, sg-....",
    ])
  }
}

variable "mwaa_execution_role_name" {
  description = <<-EOT
    Name of the MWAA environment's execution role, without ARN and path. The role gets the policy that lets
    DAGs run the tasks. Default: null; attach the output `policy_json` yourself.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.mwaa_execution_role_name == null ||
      can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.mwaa_execution_role_name))
    )
    error_message = join("", [
      "mwaa_execution_role_name is ${jsonencode(var.mwaa_execution_role_name)}. It must be the role's name without ",
      "ARN and path: for arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo it is AmazonMWAA-demo.",
    ])
  }
}

variable "ssm_prefix" {
  description = <<-EOT
    Prefix of the names of all parameters that DAGs read. Each module instance in an account and region needs
    its own. `tasks` and `images` cannot be part of it, except as the first level. Default: `/mwaa`.
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
      "ssm_prefix is ${jsonencode(var.ssm_prefix)}. It must have 1 to 13 levels of letters, digits and _.-, with a ",
      "slash before each and none at the end, e.g. \"/mwaa\". It must not begin with /aws or /ssm, which AWS ",
      "reserves.",
    ])
  }

  # The prefix is also the value of the tag `mwaa-ecs-contract`, which has at most 256 characters.
  validation {
    condition     = length(var.ssm_prefix) <= 256
    error_message = "ssm_prefix has ${length(var.ssm_prefix)} characters. It must have at most 256."
  }

  # The role of another module instance can read everything below `<its prefix>/tasks` and
  # `<its prefix>/images`. No other path is granted as a whole.
  validation {
    condition = !can(regex("^/[^/]+(/[^/]+)*/(tasks|images)(/|$)", var.ssm_prefix))
    error_message = join("", [
      "ssm_prefix is ${jsonencode(var.ssm_prefix)}. It must not be below a path named \"tasks\" or \"images\": there ",
      "a module instance with a shorter prefix has its parameters, and its DAGs could read these too. Set a prefix ",
      "without these two names, e.g. \"/mwaa-dev\".",
    ])
  }
}

variable "default_task" {
  description = <<-EOT
    Task that the six shared parameters (`<ssm_prefix>/ecs/cluster` and so on) describe. Default: the only task.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.default_task != null || length(var.tasks) <= 1
    error_message = join("", [
      "default_task is not set, and there are ${length(var.tasks)} tasks. Set the one that ",
      "${var.ssm_prefix}/ecs/task_definition and the other shared parameters describe, one of ",
      "${join(", ", keys(var.tasks))}.",
    ])
  }

  validation {
    condition = var.default_task == null || contains(keys(var.tasks), coalesce(var.default_task, "-"))
    error_message = join("", [
      "default_task is ${jsonencode(var.default_task)}. It must be one of ${join(", ", keys(var.tasks))}.",
    ])
  }
}

variable "policy" {
  description = <<-EOT
    The policy of MWAA's role. The defaults suit most users.
    - `grant_by`: how it grants running task definitions and reading log groups. Default: `name`.
      - `name`: it lists each. A managed policy has room for some 20 tasks, an inline one for 40.
      - `tag`: it grants what has the tag `mwaa-ecs-contract = <ssm_prefix>`, whatever the number of tasks. A
        revision that CI or a DAG registers needs the tag too, or it cannot be run.
    - `name`: name of the policy. Default: `<name>-run-tasks-<region>`.
    - `managed`: true for a managed policy, false for an inline one. Default: false.
    - `reattach`: true if a later try of an Airflow task can take over the container that an earlier try left
      running, which lists the cluster's tasks. With false such a try starts a second container. Default: true.
    - `tags`: true if DAGs use the operator with `tags` or `propagate_tags`. A task's own `propagate_tags` is
      granted without it. Default: false.
    - `own_tasks_only`: true if the role can watch, stop and enter only tasks of this module instance, for a cluster
      that others use too. The tag `mwaa-ecs-contract` tells them apart, so every running task gets its definition's
      tags. A DAG that uses EcsRunTaskOperator must then set `propagate_tags = "TASK_DEFINITION"`. Default: false,
      all tasks of the cluster.
    - `secrets_backend`: true if Airflow's Parameter Store backend looks up variables below
      `<ssm_prefix>/tasks`. Default: false.
    - `execute_command`: true if DAGs open a shell in running containers (ECS Exec). They can then open one in
      every container of the cluster, also in those of other teams if the cluster is shared and `own_tasks_only`
      is false. Default: false.
    - `register`: true if DAGs register task definitions, in families of their own, `<family>--<anything>`. They
      can then run any image with the tasks' roles, and read every task definition of the account. Each family is
      listed, with `grant_by = "tag"` too. Default: false.
    - `kms_key_arns`: ARNs of the keys that encrypt parameters that DAGs read. The key of `logs` is granted
      without it. Default: none.
    - `attach`: whether the policy is attached. Set true if the role's name is known only after apply. Default:
      true if `mwaa_execution_role_name` is set.
    - `check_role`: whether the plan warns if the role does not exist. It needs `iam:ListRoles`. Set false if that
      is not allowed, or if the same plan creates the role. Default: true.
  EOT
  type = object({
    grant_by        = optional(string, "name")
    name            = optional(string)
    managed         = optional(bool, false)
    reattach        = optional(bool, true)
    tags            = optional(bool, false)
    own_tasks_only  = optional(bool, false)
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
    error_message = "policy.grant_by is ${jsonencode(var.policy.grant_by)}. It must be one of \"name\", \"tag\"."
  }

  validation {
    condition = var.policy.name == null || can(regex("^[a-zA-Z0-9+=,.@_-]{1,128}$", var.policy.name))
    error_message = join("", [
      "policy.name is ${jsonencode(var.policy.name)}. It must have 1 to 128 letters, digits and +=,.@_-.",
    ])
  }

  validation {
    condition = alltrue([
      for arn in var.policy.kms_key_arns :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "policy.kms_key_arns is ${jsonencode(var.policy.kms_key_arns)}. Each must be the ARN of a key, not of an alias, ",
      "which IAM does not resolve, e.g. \"arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d\".",
    ])
  }
}

variable "tags" {
  description = "Tags of all resources. Default: none."
  type        = map(string)
  default     = {}
  nullable    = false
}
