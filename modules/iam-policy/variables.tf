variable "cluster_arn" {
  description = "ARN of the cluster that tasks run on."
  type        = string

  validation {
    condition = can(regex("^arn:[a-z-]+:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[a-zA-Z0-9_-]+$", var.cluster_arn))
    error_message = join("", [
      "cluster_arn = ${jsonencode(var.cluster_arn)}: give a cluster's ARN, e.g. ",
      "\"arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster\".",
    ])
  }
}

variable "families" {
  description = "Task definitions that may be run, by family (the name without its revision)."
  type        = list(string)

  validation {
    condition     = length(var.families) > 0 && alltrue([for f in var.families : (can(regex("^[a-zA-Z0-9_-]+$", f)) && length(f) <= 255)])
    error_message = "families = ${jsonencode(var.families)}: give at least one family; each has 1 to 255 letters, digits, hyphens and underscores (no ARN, no revision)."
  }
}

variable "passed_role_arns" {
  description = <<-EOT
    Roles that the task definitions name: their execution roles and task roles, all of them. Whoever runs a
    task must be allowed to pass them.
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
      "passed_role_arns = ${jsonencode(var.passed_role_arns)}: each must be the ARN of one role, without wildcards ",
      "and policy variables.",
    ])
  }
}

variable "log_group_names" {
  description = "Log groups of the tasks, by name; Airflow reads their lines into its task log."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.log_group_names : (can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])
    error_message = "log_group_names = ${jsonencode(var.log_group_names)}: each is a log group's name (letters, digits and _/.#-), not its ARN."
  }
}

variable "existing_log_group_names" {
  description = "Existing log groups that the tasks write to, by name. They do not have `resource_tag`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.existing_log_group_names : (can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])
    error_message = "existing_log_group_names = ${jsonencode(var.existing_log_group_names)}: each is a log group's name (letters, digits and _/.#-), not its ARN."
  }
}

variable "grant_by" {
  description = <<-EOT
    How the policy grants running task definitions and reading log groups.
    - `name` (default): it lists each. Room for some 20 tasks in a managed policy, 40 in an inline one.
    - `tag`: it grants what has `resource_tag`, whatever the number of tasks. A revision that CI or a DAG
      registers needs the tag too, or it cannot be run.
  EOT
  type        = string
  default     = "name"
  nullable    = false

  validation {
    condition     = contains(["name", "tag"], var.grant_by)
    error_message = "grant_by = ${jsonencode(var.grant_by)} must be one of \"name\", \"tag\"."
  }

  validation {
    condition = var.grant_by != "tag" || var.resource_tag != null
    error_message = join("", [
      "grant_by = \"tag\", but resource_tag is not set. Set the tag that the task definitions and log groups have, ",
      "or grant_by = \"name\".",
    ])
  }
}

variable "resource_tag" {
  description = <<-EOT
    Tag that these task definitions and `log_group_names` have and nothing else in account and region: what
    `grant_by = "tag"` grants, and what a role with `allow_register` can put on the revisions that it
    registers. Null: none.
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
      "resource_tag = ${jsonencode(var.resource_tag)}: key and value have letters, digits and _.:/=+-@, 128 and 256 ",
      "at most, and are not empty.",
    ])
  }
}

variable "own_role_paths" {
  description = <<-EOT
    Paths in IAM that hold roles of these tasks and nothing else. With `grant_by = "tag"` the policy grants
    what lies below them.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for path in var.own_role_paths : can(regex("^/([a-zA-Z0-9+=,.@_-]+/)+$", path))])
    error_message = join("", [
      "own_role_paths = ${jsonencode(var.own_role_paths)}: each begins and ends with a slash, e.g. ",
      "\"/airflow-ecs/tasks/\"; the root \"/\" would be all roles of the account.",
    ])
  }
}

variable "own_parameter_paths" {
  description = <<-EOT
    Paths that hold parameters of these tasks and nothing else, e.g. `/mwaa/tasks`. With `grant_by = "tag"`
    the policy grants what lies below them.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for path in var.own_parameter_paths : can(regex("^(/[a-zA-Z0-9_.-]+)+$", path))])
    error_message = join("", [
      "own_parameter_paths = ${jsonencode(var.own_parameter_paths)}: each begins with a slash and does not end with ",
      "one, e.g. \"/mwaa/tasks\"; the root \"/\" would be all parameters of the account.",
    ])
  }
}

variable "index_path" {
  description = <<-EOT
    Path of the index of images. A DAG that names an image asks for parts of the index that may not exist, so
    everything below the path may be read. Default: null, no index.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.index_path == null || can(regex("^(/[a-zA-Z0-9_.-]+)+$", var.index_path))
    error_message = "index_path is ${jsonencode(var.index_path)}. It must begin with a slash and not end with one."
  }
}

variable "parameter_names" {
  description = "Parameters that DAGs read, by full name, e.g. `/mwaa/ecs/cluster`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for name in var.parameter_names : can(regex("^(/[a-zA-Z0-9_.-]+)+$", name))])
    error_message = join("", [
      "parameter_names = ${jsonencode(var.parameter_names)}: each is a parameter's full name, e.g. ",
      "\"/mwaa/ecs/cluster\": it begins with a slash, does not end with one and has no wildcard.",
    ])
  }
}

variable "parameter_paths" {
  description = <<-EOT
    Paths that Airflow's Parameter Store secrets backend looks below, e.g. `/mwaa/tasks`. It asks for
    variables that are not there too, so all below a path may be read.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for path in var.parameter_paths : can(regex("^(/[a-zA-Z0-9_.-]+)+$", path))])
    error_message = join("", [
      "parameter_paths = ${jsonencode(var.parameter_paths)}: each begins with a slash and does not end with one, ",
      "e.g. \"/mwaa/tasks\"; the root \"/\" would be all parameters of the account.",
    ])
  }
}

variable "kms_key_arns" {
  description = <<-EOT
    ARNs of the KMS keys that parameters are encrypted with. They may be used through Parameter Store only.
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
      "kms_key_arns = ${jsonencode(var.kms_key_arns)}: each is the ARN of a key (not of an alias: IAM does not look ",
      "at those), e.g. \"arn:aws:kms:eu-west-1:123456789012:key/...\".",
    ])
  }
}

variable "log_kms_key_arns" {
  description = <<-EOT
    ARNs of the KMS keys that the log groups are encrypted with. They may be used through CloudWatch Logs
    only.
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
      "log_kms_key_arns = ${jsonencode(var.log_kms_key_arns)}: each is the ARN of a key (not of an alias: IAM does ",
      "not look at those), e.g. \"arn:aws:kms:eu-west-1:123456789012:key/...\".",
    ])
  }
}

variable "allow_reattach" {
  description = "True if DAGs use the operator with `reattach=True`: it lists the cluster's tasks."
  type        = bool
  default     = false
  nullable    = false
}

variable "allow_tags" {
  description = "True if DAGs use the operator with `tags` or `propagate_tags`: the tasks it starts are tagged."
  type        = bool
  default     = false
  nullable    = false
}

variable "allow_execute_command" {
  description = <<-EOT
    True if DAGs open a shell in running containers (ECS Exec): in every container of the cluster, also
    those that others run there. The task role needs rights of its own for it, and the task definition must
    allow it.
  EOT
  type        = bool
  default     = false
  nullable    = false
}

variable "allow_register" {
  description = <<-EOT
    True if DAGs register revisions of the families (EcsRegisterTaskDefinitionOperator). They may then run
    any image with the passed roles. A revision can be registered with `resource_tag`, and must be with
    `grant_by = "tag"`.
  EOT
  type        = bool
  default     = false
  nullable    = false
}

variable "name" {
  description = "Name of the policy."
  type        = string
  default     = "airflow-ecs-operator"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,128}$", var.name))
    error_message = "name = ${jsonencode(var.name)}: a policy's name has 1 to 128 letters, digits and +=,.@_-, nothing else."
  }
}

variable "role_name" {
  description = <<-EOT
    Name of the role that Airflow runs with, to which the policy is attached. Null: it is attached to none,
    and `json` is yours to use.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.role_name == null || can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = join("", [
      "role_name = ${jsonencode(var.role_name)}: give the role's name alone, without its ARN and path: of ",
      "arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo it is AmazonMWAA-demo.",
    ])
  }
}

variable "attach" {
  description = <<-EOT
    Whether the policy is attached to `role_name`. Null: if there is one. Say true where the role's name is
    known only after apply.
  EOT
  type        = bool
  default     = null
}

variable "managed" {
  description = <<-EOT
    True: a managed policy, whose ARN is an output, for roles that have no room left for an inline one
    (10,240 characters in all) or are attached to elsewhere. False: inline.
  EOT
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of the managed policy."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region that the names stand for. Null: the provider's own."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z0-9-]+$", var.region))
    error_message = "region = ${jsonencode(var.region)} must be the name of a region, e.g. \"eu-west-1\"."
  }
}

variable "account_id" {
  description = "Account that the names stand for. Null: the provider's own."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id = ${jsonencode(var.account_id)} must be an account of 12 digits."
  }
}

variable "partition" {
  description = "Partition that the names stand for: aws, aws-cn, aws-us-gov. Null: the provider's own."
  type        = string
  default     = null

  validation {
    condition     = var.partition == null || can(regex("^aws[a-z-]*$", var.partition))
    error_message = "partition = ${jsonencode(var.partition)} must be one of aws, aws-cn, aws-us-gov."
  }
}
