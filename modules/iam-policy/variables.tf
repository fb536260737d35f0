variable "cluster_arn" {
  description = "ARN of the cluster that tasks run on."
  type        = string

  validation {
    condition = can(regex("^arn:[a-z-]+:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[a-zA-Z0-9_-]+$", var.cluster_arn))
    error_message = join("", [
      "cluster_arn is ${jsonencode(var.cluster_arn)}. It must be the ARN of a cluster, e.g. ",
      "\"arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster\".",
    ])
  }
}

variable "families" {
  description = "Families of the task definitions that Airflow can run, without revisions."
  type        = list(string)

  validation {
    condition = length(var.families) > 0 && alltrue([
      for family in var.families : can(regex("^[a-zA-Z0-9_-]+$", family)) && length(family) <= 255
    ])
    error_message = join("", [
      "families is ${jsonencode(var.families)}. It must have at least one family, without ARN and revision: 1 to 255 ",
      "letters, digits, hyphens and underscores.",
    ])
  }
}

variable "passed_role_arns" {
  description = <<-EOT
    ARNs of all execution roles and task roles that the task definitions name. AWS requires the right to pass
    them from the role that runs a task. Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.passed_role_arns :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/([a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$", arn))
    ])
    error_message = join("", [
      "passed_role_arns is ${jsonencode(var.passed_role_arns)}. Each must be the ARN of one role, without *, ? and ",
      "$${...}.",
    ])
  }
}

# BEGIN SHARED log-group-names
variable "log_group_names" {
  description = "Log groups of the containers, by name, that have `resource_tag` where it is set. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for name in var.log_group_names : can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512
    ])
    error_message = join("", [
      "log_group_names: ",
      join(", ", [
        for name in var.log_group_names : jsonencode(name)
        if !(can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)
      ]),
      " must be the name of one log group, not its ARN: 1 to 512 letters, digits and _/.#-.",
    ])
  }
}

variable "existing_log_group_names" {
  description = "Existing log groups of the containers, by name. They do not have `resource_tag`. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for name in var.existing_log_group_names : can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512
    ])
    error_message = join("", [
      "existing_log_group_names: ",
      join(", ", [
        for name in var.existing_log_group_names : jsonencode(name)
        if !(can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)
      ]),
      " must be the name of one log group, not its ARN: 1 to 512 letters, digits and _/.#-.",
    ])
  }
}
# END SHARED log-group-names

variable "grant_by" {
  description = <<-EOT
    How the policy grants running task definitions and reading log groups.
    - `name`: it lists each. A managed policy has room for some 20 tasks, an inline one for 40. This is the
      default.
    - `tag`: it grants what has `resource_tag`, whatever the number of tasks. A revision that CI or a DAG
      registers needs the tag too, or it cannot be run.
  EOT
  type        = string
  default     = "name"
  nullable    = false

  validation {
    condition     = contains(["name", "tag"], var.grant_by)
    error_message = "grant_by is ${jsonencode(var.grant_by)}. It must be one of \"name\", \"tag\"."
  }

  validation {
    condition = var.grant_by != "tag" || var.resource_tag != null
    error_message = join("", [
      "grant_by is \"tag\", and resource_tag is not set. Set the tag that the task definitions and log groups have, ",
      "or grant_by = \"name\".",
    ])
  }
}

# BEGIN SHARED resource-tag
variable "resource_tag" {
  description = <<-EOT
    Tag that the task definitions and `log_group_names` have, and no other task definition or log group of the
    account and region. It is needed for `grant_by = "tag"`. Default: null, none.
    - `key`: (Required) key of the tag.
    - `value`: (Required) value of the tag.
  EOT
  type = object({
    key   = string
    value = string
  })
  default = null

  validation {
    condition = (
      var.resource_tag == null ? true : can(regex("^[a-zA-Z0-9 _.:/=+@-]{1,128}$", var.resource_tag.key)) &&
      can(regex("^[a-zA-Z0-9 _.:/=+@-]{1,256}$", var.resource_tag.value))
    )
    error_message = join("", [
      "resource_tag is ${jsonencode(var.resource_tag)}. key must have 1 to 128 and value 1 to 256 letters, digits, ",
      "spaces and _.:/=+-@.",
    ])
  }
}
# END SHARED resource-tag

variable "task_role_paths" {
  description = <<-EOT
    Paths in IAM that hold roles of these tasks only. With `grant_by = "tag"` the policy grants everything
    below them. Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for path in var.task_role_paths : can(regex("^/([a-zA-Z0-9+=,.@_-]+/)+$", path))])
    error_message = join("", [
      "task_role_paths is ${jsonencode(var.task_role_paths)}. Each must begin and end with a slash, e.g. ",
      "\"/airflow-ecs/tasks/\". \"/\" is refused, because it grants all roles of the account.",
    ])
  }
}

variable "task_parameter_paths" {
  description = <<-EOT
    Paths that hold parameters of these tasks only, e.g. `/mwaa/tasks`. With `grant_by = "tag"` the policy
    grants everything below them. Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for path in var.task_parameter_paths : can(regex("^(/[a-zA-Z0-9_.-]+)+$", path))])
    error_message = join("", [
      "task_parameter_paths is ${jsonencode(var.task_parameter_paths)}. Each must begin with a slash and not end ",
      "with one, e.g. \"/mwaa/tasks\". \"/\" is refused, because it grants all parameters of the account.",
    ])
  }
}

variable "index_path" {
  description = <<-EOT
    Path of the index of images. A DAG that names an image also asks for parts of the index that do not exist,
    so the policy grants everything below the path. Default: null, no index.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.index_path == null || can(regex("^(/[a-zA-Z0-9_.-]+)+$", var.index_path))
    error_message = "index_path is ${jsonencode(var.index_path)}. It must begin with a slash and not end with one."
  }
}

variable "parameter_names" {
  description = "Full names of the parameters that DAGs read, e.g. `/mwaa/ecs/cluster`. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for name in var.parameter_names : can(regex("^(/[a-zA-Z0-9_.-]+)+$", name))])
    error_message = join("", [
      "parameter_names is ${jsonencode(var.parameter_names)}. Each must be a parameter's full name, e.g. ",
      "\"/mwaa/ecs/cluster\": it begins with a slash, does not end with one and has no wildcard.",
    ])
  }
}

variable "parameter_paths" {
  description = <<-EOT
    Paths below which Airflow's Parameter Store secrets backend looks for variables, e.g. `/mwaa/tasks`. It
    also asks for variables that do not exist, so the policy grants everything below a path. Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for path in var.parameter_paths : can(regex("^(/[a-zA-Z0-9_.-]+)+$", path))])
    error_message = join("", [
      "parameter_paths is ${jsonencode(var.parameter_paths)}. Each must begin with a slash and not end with one, ",
      "e.g. \"/mwaa/tasks\". \"/\" is refused, because it grants all parameters of the account.",
    ])
  }
}

variable "kms_key_arns" {
  description = <<-EOT
    ARNs of the KMS keys that encrypt parameters. The role can use them through Parameter Store only. Default:
    none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.kms_key_arns :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "kms_key_arns is ${jsonencode(var.kms_key_arns)}. Each must be the ARN of a key, not of an alias, which ",
      "IAM does not resolve, e.g. \"arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d\".",
    ])
  }
}

variable "log_kms_key_arns" {
  description = <<-EOT
    ARNs of the KMS keys that encrypt the log groups. The role can use them through CloudWatch Logs only.
    Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.log_kms_key_arns :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "log_kms_key_arns is ${jsonencode(var.log_kms_key_arns)}. Each must be the ARN of a key, not of an alias, which ",
      "IAM does not resolve, e.g. \"arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d\".",
    ])
  }
}

variable "allow_reattach" {
  description = <<-EOT
    True if a later try of an Airflow task can take over the container that an earlier try left running, which
    lists the cluster's tasks. Default: true.
  EOT
  type        = bool
  default     = true
  nullable    = false
}

variable "allow_tags" {
  description = "True if DAGs use the operator with `tags` or `propagate_tags`, which tag tasks. Default: false."
  type        = bool
  default     = false
  nullable    = false
}

variable "own_tasks_only" {
  description = <<-EOT
    True if the role can watch, stop and enter only tasks that have the tag `resource_tag`, for a cluster that
    others use too. RunTask must then propagate the task definition's tags. Default: false, all tasks of the cluster.
  EOT
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.own_tasks_only || var.resource_tag != null
    error_message = "own_tasks_only is true, so resource_tag must be set: it tells this instance's tasks from others."
  }
}

variable "allow_execute_command" {
  description = <<-EOT
    True if DAGs open a shell in running containers (ECS Exec). The role can then open one in every container
    of the cluster, also in those that others run there, unless `own_tasks_only` is true. The task role must
    allow it too. Default: false.
  EOT
  type        = bool
  default     = false
  nullable    = false
}

variable "allow_register" {
  description = <<-EOT
    True if DAGs register task definitions. They can register families derived from `families`, named
    `<family>--<anything>`, and no revision of `families`. They can then run any image with the passed roles, and
    read every task definition of the account. A revision can have `resource_tag`, and must have it with
    `grant_by = "tag"`. Default: false.
  EOT
  type        = bool
  default     = false
  nullable    = false

  validation {
    # Only families with "--" are compared with all others: for 500 families, that saves 500,000 comparisons.
    condition = !var.allow_register || !anytrue([
      for family in var.families : anytrue([for other in var.families : startswith(family, "${other}--")])
      if strcontains(family, "--")
    ])
    error_message = join("", [
      "families has ${jsonencode([
        for family in [for family in var.families : family if strcontains(family, "--")] : family
        if anytrue([for other in var.families : startswith(family, "${other}--")])
      ])}. With allow_register (policy.register in the root module) a family must not begin with another one and ",
      "\"--\", because DAGs can register such families. Rename the task.",
    ])
  }
}

variable "name" {
  description = "Name of the policy. Default: `airflow-ecs-operator-<region>`."
  type        = string
  default     = null

  validation {
    condition     = var.name == null || can(regex("^[a-zA-Z0-9+=,.@_-]{1,128}$", var.name))
    error_message = "name is ${jsonencode(var.name)}. It must have 1 to 128 letters, digits and +=,.@_-."
  }
}

variable "role_name" {
  description = <<-EOT
    Name of Airflow's role, which the policy is attached to. Default: null; attach the output `json` yourself.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.role_name == null || can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = join("", [
      "role_name is ${jsonencode(var.role_name)}. It must be the role's name without ARN and path: for ",
      "arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo it is AmazonMWAA-demo.",
    ])
  }
}

variable "attach" {
  description = <<-EOT
    Whether the policy is attached to `role_name`. Set true if the role's name is known only after apply.
    Default: true if `role_name` is set.
  EOT
  type        = bool
  default     = null
}

variable "managed" {
  description = <<-EOT
    True creates a managed policy, whose ARN is an output, and false an inline one. A managed policy suits a
    role whose inline policies have no room left (10,240 characters in all), and a policy that you attach
    yourself. Default: false.
  EOT
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of the managed policy. Default: none."
  type        = map(string)
  default     = {}
  nullable    = false
}

# BEGIN SHARED place-inputs
variable "region" {
  description = "Region of the names in the policy. Default: the provider's."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z0-9-]+$", var.region))
    error_message = "region is ${jsonencode(var.region)}. It must be the name of a region, e.g. \"eu-west-1\"."
  }
}

variable "account_id" {
  description = "Account of the names in the policy. Default: the provider's."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is ${jsonencode(var.account_id)}. It must be an account ID of 12 digits."
  }
}

variable "partition" {
  description = "Partition of the names in the policy: aws, aws-cn or aws-us-gov. Default: the provider's."
  type        = string
  default     = null

  validation {
    condition     = var.partition == null || can(regex("^aws[a-z-]*$", var.partition))
    error_message = "partition is ${jsonencode(var.partition)}. It must be one of aws, aws-cn, aws-us-gov."
  }
}
# END SHARED place-inputs
