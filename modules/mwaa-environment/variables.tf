variable "name" {
  description = "Name of the environment. Bucket, role, security group and log groups are named after it."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z][0-9a-zA-Z_-]{0,79}$", var.name))
    error_message = "name = ${jsonencode(var.name)}: MWAA takes 1 to 80 letters, digits, hyphens and underscores, beginning with a letter, e.g. \"airflow\"."
  }
}

variable "airflow_version" {
  description = "Version of Airflow. Null: the newest that MWAA has when the environment is made; it stays at that. Another minor version is an update in place; another major one replaces the environment, its metadata database (history, connections, variables) included."
  type        = string
  default     = null

  validation {
    condition     = var.airflow_version == null || contains(var.airflow_versions, coalesce(var.airflow_version, "-"))
    error_message = "airflow_version = ${jsonencode(var.airflow_version)}: MWAA has ${join(", ", var.airflow_versions)}. If it has a newer one by now, add it to airflow_versions."
  }
}

variable "airflow_versions" {
  description = "Versions that MWAA has, for the check of `airflow_version`."
  type        = list(string)
  default     = ["2.7.2", "2.8.1", "2.9.2", "2.10.1", "2.10.3", "2.11.0", "2.11.2", "3.0.6", "3.2.1", "3.3.1"]
  nullable    = false
}

variable "airflow_configuration_options" {
  description = "Airflow's configuration, as `section.option`, e.g. `{ \"core.default_task_retries\" = \"2\" }`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for option in keys(var.airflow_configuration_options) : can(regex("^[a-z0-9_]+\\.[a-zA-Z0-9_]+$", option))])
    error_message = "airflow_configuration_options: ${join(", ", [for option in keys(var.airflow_configuration_options) : option if !can(regex("^[a-z0-9_]+\\.[a-zA-Z0-9_]+$", option))])}: an option is named by its section and itself, e.g. \"core.default_task_retries\"."
  }

  validation {
    condition     = var.secrets_backend == null || !anytrue([for option in keys(var.airflow_configuration_options) : startswith(option, "secrets.")])
    error_message = "airflow_configuration_options sets secrets.backend or secrets.backend_kwargs, and secrets_backend is given: it sets both. Leave one of them out."
  }
}

variable "secrets_backend" {
  description = <<-EOT
    Makes parameters of Parameter Store Airflow Variables. Null: Airflow keeps its own backend.
    - `variables_prefix`: what stands before a variable's name: `<ssm_prefix>/tasks` of the root module,
      so that `{{ var.json.get("<task>").cluster }}` is a task's parameter.
    - `connections_prefix`: the same for connections. Null: none are looked up there.

    The role that is made may read what lies below them. One that is given needs `ssm:GetParameter` there:
    `policy = { secrets_backend = true }` of the root module grants it for the tasks' parameters.
  EOT
  type = object({
    variables_prefix   = optional(string, "/mwaa/tasks")
    connections_prefix = optional(string)
  })
  default = null

  validation {
    condition = var.secrets_backend == null ? true : alltrue([
      for prefix in [var.secrets_backend.variables_prefix, var.secrets_backend.connections_prefix] :
      prefix == null || can(regex("^(/[a-zA-Z0-9_.-]+)+$", coalesce(prefix, "-")))
    ])
    error_message = "${join(", ", [for name, prefix in coalesce(var.secrets_backend, {}) : "secrets_backend.${name} = ${jsonencode(prefix)}" if !can(regex("^(/[a-zA-Z0-9_.-]+)+$", coalesce(prefix, "/-")))])}: a prefix has a slash before each level and none at its end, e.g. \"/mwaa/tasks\"."
  }
}

variable "environment_class" {
  description = "Size of the environment: mw1.micro, mw1.small, mw1.medium, mw1.large, mw1.xlarge or mw1.2xlarge. None can be changed to mw1.micro in place: MWAA refuses, make a new environment."
  type        = string
  default     = "mw1.small"
  nullable    = false

  validation {
    condition     = contains(["mw1.micro", "mw1.small", "mw1.medium", "mw1.large", "mw1.xlarge", "mw1.2xlarge"], var.environment_class)
    error_message = "environment_class = ${jsonencode(var.environment_class)}: legal are mw1.micro, mw1.small, mw1.medium, mw1.large, mw1.xlarge and mw1.2xlarge."
  }
}

variable "workers" {
  description = <<-EOT
    How many workers.
    - `min`: default 1.
    - `max`: default 10; mw1.micro has exactly 1 and does not scale.
    - `quota`: what AWS allows an environment of yours; 25 unless you had it raised.
  EOT
  type = object({
    min   = optional(number, 1)
    max   = optional(number)
    quota = optional(number, 25)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.environment_class != "mw1.micro" || (var.workers.min == 1 && (var.workers.max == null ? 1 : var.workers.max) == 1)
    error_message = "workers = ${jsonencode(var.workers)} with environment_class = \"mw1.micro\": that class has exactly 1 worker. Give 1, or a larger class."
  }

  validation {
    condition     = var.workers.min >= 1 && var.workers.min <= (var.workers.max == null ? 10 : var.workers.max) && (var.workers.max == null ? 10 : var.workers.max) <= var.workers.quota || var.environment_class == "mw1.micro"
    error_message = "workers = ${jsonencode(var.workers)} with environment_class = ${jsonencode(var.environment_class)}: min is 1 or more, max (default 10) not less than min and not more than the quota of ${var.workers.quota}."
  }
}

variable "webservers" {
  description = "How many web servers: 2 to 5, `min` (default 2) and `max` (default: as many as `min`). mw1.micro has exactly 1."
  type = object({
    min = optional(number)
    max = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for count in [var.webservers.min, var.webservers.max] : count == null || (
        var.environment_class == "mw1.micro"
        ? contains([1], coalesce(count, 0))
        : contains([2, 3, 4, 5], coalesce(count, 0))
      )
    ])
    error_message = "webservers = ${jsonencode(var.webservers)} with environment_class = ${jsonencode(var.environment_class)}: legal are 2 to 5, and for mw1.micro exactly 1."
  }

  validation {
    condition     = coalesce(var.webservers.min, 0) <= coalesce(var.webservers.max, var.webservers.min, 0)
    error_message = "webservers = ${jsonencode(var.webservers)}: min is more than max."
  }
}

variable "schedulers" {
  description = "How many schedulers: 2 to 5, default 2. mw1.micro has exactly 1."
  type        = number
  default     = null

  validation {
    condition = var.schedulers == null || (
      var.environment_class == "mw1.micro"
      ? contains([1], coalesce(var.schedulers, 0))
      : contains([2, 3, 4, 5], coalesce(var.schedulers, 0))
    )
    error_message = "schedulers = ${jsonencode(var.schedulers)} with environment_class = ${jsonencode(var.environment_class)}: legal are 2 to 5, and for mw1.micro exactly 1."
  }
}

variable "weekly_maintenance_window_start" {
  description = "When the weekly maintenance may begin, in UTC, e.g. `SUN:03:30`. Null: MWAA picks a time."
  type        = string
  default     = null

  validation {
    condition     = var.weekly_maintenance_window_start == null || can(regex("^(MON|TUE|WED|THU|FRI|SAT|SUN):([01][0-9]|2[0-3]):(00|30)$", var.weekly_maintenance_window_start))
    error_message = "weekly_maintenance_window_start = ${jsonencode(var.weekly_maintenance_window_start)}: give a day, hour and half hour in UTC, e.g. \"SUN:03:30\"."
  }
}

variable "logging" {
  description = <<-EOT
    Airflow's own logs, a module each: `enabled` (default true) and `level` (CRITICAL, ERROR, WARNING, INFO,
    DEBUG). The containers' lines are in `task`.
    - `create_log_groups`: the log groups of all five are made here, so that they forget and go with the
      environment. False: MWAA makes those of the enabled ones; they keep lines for ever and stay.
    - `retention_in_days`: 0 keeps lines for ever.
  EOT
  type = object({
    dag_processing    = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    scheduler         = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    task              = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    webserver         = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    worker            = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    create_log_groups = optional(bool, true)
    retention_in_days = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for setting in values(var.logging) :
      contains(["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"], try(setting.level, "INFO"))
    ])
    error_message = "${join(", ", [
      for name, setting in var.logging : "logging.${name}.level = ${jsonencode(setting.level)}"
      if !contains(["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"], try(setting.level, "INFO"))
    ])}: a level is CRITICAL, ERROR, WARNING, INFO or DEBUG."
  }

  validation {
    condition = contains(
      local.retentions,
      var.logging.retention_in_days
    )
    error_message = join(" ", [
      "logging.retention_in_days is ${var.logging.retention_in_days}.",
      "It must be one of ${join(", ", local.retentions)}; 0 is for ever.",
    ])
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that MWAA, the bucket and the log groups encrypt with; its policy must allow CloudWatch Logs. Null: AWS's own keys. A change makes a new environment."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.kms_key_arn))
    error_message = "kms_key_arn = ${jsonencode(var.kms_key_arn)}: give a key's ARN, e.g. \"arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\". The role's policy cannot name an alias, and MWAA takes no multi-region key (mrk-...)."
  }
}

variable "timeouts" {
  description = "How long Terraform waits, e.g. `{ create = \"90m\" }`. Null: as long as the provider does."
  type = object({
    create = optional(string)
    update = optional(string)
    delete = optional(string)
  })
  default  = {}
  nullable = false
}

variable "tags" {
  description = "Tags of the environment and of what is made for it."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region that the names stand for. Null: the provider's own."
  type        = string
  default     = null
}

variable "account_id" {
  description = "Account that the names stand for. Null: the provider's own."
  type        = string
  default     = null
}

variable "partition" {
  description = "Partition that the names stand for: aws, aws-cn, aws-us-gov. Null: the provider's own."
  type        = string
  default     = null
}

# BEGIN GENERATED retentions: make docs
locals {
  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  retentions = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]
}
# END GENERATED retentions
