variable "name" {
  description = "Name of the environment, and part of the names of bucket, role, security group and log groups."
  type        = string

  validation {
    condition = can(regex("^[a-zA-Z][0-9a-zA-Z_-]{0,79}$", var.name))
    error_message = join(" ", [
      "name is ${jsonencode(var.name)}. It must have 1 to 80 letters, digits, hyphens and underscores, and begin",
      "with a letter, e.g. \"airflow\".",
    ])
  }
}

variable "airflow_version" {
  description = <<-EOT
    Version of Airflow. Default: the newest that MWAA has when the environment is created; it stays at that version.

    Another minor version updates the environment in place. Another major version replaces it with its metadata
    database: history, connections and variables.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.airflow_version == null || contains(var.airflow_versions, coalesce(var.airflow_version, "-"))
    error_message = join(" ", [
      "airflow_version is ${jsonencode(var.airflow_version)}. It must be one of ${join(", ", var.airflow_versions)}.",
      "If MWAA has a newer one, add it to airflow_versions.",
    ])
  }
}

variable "airflow_versions" {
  description = "Versions that MWAA has, and that `airflow_version` accepts."
  type        = list(string)
  default     = ["2.7.2", "2.8.1", "2.9.2", "2.10.1", "2.10.3", "2.11.0", "2.11.2", "3.0.6", "3.2.1", "3.3.1"]
  nullable    = false
}

variable "airflow_configuration_options" {
  description = "Airflow's configuration by `section.option`, for example `{ \"core.default_task_retries\" = \"2\" }`."
  type        = map(string)
  default     = {}
  nullable    = false

  # AWS's own patterns of CreateEnvironment.
  validation {
    condition = alltrue([
      for option in keys(var.airflow_configuration_options) :
      can(regex("^[a-z][a-z0-9_]*\\.([a-z0-9._]*[a-z0-9_])$", option)) && length(option) <= 64
    ])
    error_message = join("", [
      "airflow_configuration_options has ${join(", ", [
        for option in keys(var.airflow_configuration_options) : jsonencode(option)
        if !(can(regex("^[a-z][a-z0-9_]*\\.([a-z0-9._]*[a-z0-9_])$", option)) && length(option) <= 64)
      ])}. A name must be section.option in lower-case letters, digits, underscores and dots, with up to 64 ",
      "characters, e.g. \"core.default_task_retries\".",
    ])
  }

  validation {
    condition = alltrue([
      for value in values(var.airflow_configuration_options) : can(regex("^[ -~]+$", value)) && length(value) <= 65536
    ])
    error_message = join("", [
      "airflow_configuration_options has no valid value for ${join(", ", [
        for option, value in var.airflow_configuration_options : jsonencode(option)
        if !(can(regex("^[ -~]+$", value)) && length(value) <= 65536)
      ])}. MWAA accepts 1 to 65,536 printable ASCII characters, without line breaks. Change the value, or remove the ",
      "option.",
    ])
  }

  validation {
    condition = var.secrets_backend == null || !anytrue([
      for option in keys(var.airflow_configuration_options) : startswith(option, "secrets.")
    ])
    error_message = join(" ", [
      "airflow_configuration_options sets an option of section secrets, and secrets_backend is set, which sets both",
      "of them. Leave one of the two out.",
    ])
  }
}

variable "secrets_backend" {
  description = <<-EOT
    Parameter Store as the backend of Airflow Variables. Default: null, Airflow's own backend.
    - `variables_prefix`: prefix of the variables' names. Set it to `<ssm_prefix>/tasks` of the root module, and
      `{{ var.json.get("<task>").cluster }}` reads a task's parameter. Default: `/mwaa/tasks`.
    - `connections_prefix`: prefix of the connections' names. Default: null, none are looked up there.

    The role that this module creates may read the parameters below both. An existing role needs `ssm:GetParameter`
    there: `policy = { secrets_backend = true }` of the root module grants it for the tasks' parameters.
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
    error_message = "${join(", ", [
      for name, prefix in coalesce(var.secrets_backend, {}) : "secrets_backend.${name} = ${jsonencode(prefix)}"
      if !can(regex("^(/[a-zA-Z0-9_.-]+)+$", coalesce(prefix, "/-")))
    ])}. A prefix must begin with a slash and not end with one, e.g. \"/mwaa/tasks\"."
  }
}

variable "environment_class" {
  description = <<-EOT
    Size of the environment: `mw1.micro`, `mw1.small`, `mw1.medium`, `mw1.large`, `mw1.xlarge` or `mw1.2xlarge`.
    Default: null, a new environment is a `mw1.small`, and an existing one stays as it is. MWAA refuses a change of an
    existing environment to `mw1.micro`.
  EOT
  type        = string
  default     = null

  validation {
    condition = contains(
      ["mw1.micro", "mw1.small", "mw1.medium", "mw1.large", "mw1.xlarge", "mw1.2xlarge"],
      coalesce(var.environment_class, "mw1.small")
    )
    error_message = join(" ", [
      "environment_class is ${jsonencode(var.environment_class)}. It must be one of mw1.micro, mw1.small,",
      "mw1.medium, mw1.large, mw1.xlarge and mw1.2xlarge.",
    ])
  }
}

variable "workers" {
  description = <<-EOT
    Number of workers. `mw1.micro` has exactly 1.
    - `min`: default: 1 in a new environment; an existing one stays as it is.
    - `max`: default: 10 in a new environment; an existing one stays as it is.
    - `quota`: your account's quota of workers for an environment. Default: 25.
  EOT
  type = object({
    min   = optional(number)
    max   = optional(number)
    quota = optional(number, 25)
  })
  default  = {}
  nullable = false

  validation {
    condition = var.environment_class == null || var.environment_class != "mw1.micro" || (
      coalesce(var.workers.min, 1) == 1 && coalesce(var.workers.max, 1) == 1
    )
    error_message = join(" ", [
      "workers = ${jsonencode(var.workers)} with environment_class = \"mw1.micro\": that class has exactly 1 worker.",
      "Set min and max to 1, or set a larger class.",
    ])
  }

  validation {
    condition = (
      coalesce(var.workers.min, 1) >= 1 &&
      coalesce(var.workers.min, 1) <= coalesce(var.workers.max, var.workers.min, 1) &&
      coalesce(var.workers.max, var.workers.min, 1) <= var.workers.quota
    )
    error_message = join(" ", [
      "workers = ${jsonencode(var.workers)} with environment_class = ${jsonencode(var.environment_class)}: min must",
      "be 1 or more, and max from min to the quota of ${var.workers.quota}.",
    ])
  }
}

variable "webservers" {
  description = <<-EOT
    Number of web servers, 2 to 5. `mw1.micro` has exactly 1.
    - `min`: default: 2 in a new environment; an existing one stays as it is.
    - `max`: default: the same as `min`.
  EOT
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
    error_message = join(" ", [
      "webservers = ${jsonencode(var.webservers)} with environment_class = ${jsonencode(var.environment_class)}: it",
      "must be 2 to 5, and exactly 1 with mw1.micro.",
    ])
  }

  validation {
    condition     = coalesce(var.webservers.min, 0) <= coalesce(var.webservers.max, var.webservers.min, 0)
    error_message = "webservers = ${jsonencode(var.webservers)}: min is more than max."
  }
}

variable "schedulers" {
  description = <<-EOT
    Number of schedulers, 2 to 5. `mw1.micro` has exactly 1. Default: 2 in a new environment; an existing one stays as
    it is. An environment that leaves `mw1.micro` needs this count and that of `webservers`.
  EOT
  type        = number
  default     = null

  validation {
    condition = var.schedulers == null || (
      var.environment_class == "mw1.micro"
      ? contains([1], coalesce(var.schedulers, 0))
      : contains([2, 3, 4, 5], coalesce(var.schedulers, 0))
    )
    error_message = join(" ", [
      "schedulers = ${jsonencode(var.schedulers)} with environment_class = ${jsonencode(var.environment_class)}: it",
      "must be 2 to 5, and exactly 1 with mw1.micro.",
    ])
  }
}

variable "weekly_maintenance_window_start" {
  description = "Start of the weekly maintenance in UTC, for example `SUN:03:30`. Default: MWAA picks a time."
  type        = string
  default     = null

  validation {
    condition = var.weekly_maintenance_window_start == null || can(regex(
      "^(MON|TUE|WED|THU|FRI|SAT|SUN):([01][0-9]|2[0-3]):(00|30)$",
      var.weekly_maintenance_window_start
    ))
    error_message = join(" ", [
      "weekly_maintenance_window_start is ${jsonencode(var.weekly_maintenance_window_start)}. It must be a day, an",
      "hour and a half hour in UTC, e.g. \"SUN:03:30\".",
    ])
  }
}

variable "logging" {
  description = <<-EOT
    Airflow's logs. Each of the five modules has `enabled` (default true) and `level` (CRITICAL, ERROR, WARNING,
    INFO or DEBUG; default INFO).
    - `dag_processing`: logs of the DAG processor.
    - `scheduler`: logs of the scheduler.
    - `task`: logs of the tasks, with the lines of the containers.
    - `webserver`: logs of the web server.
    - `worker`: logs of the workers.
    - `create_log_groups`: whether this module creates the five log groups, so that destroy removes them. Default:
      true. With false, MWAA creates the groups of the enabled modules; they keep lines for ever and stay.
    - `check_log_groups`: whether the first plan refuses log groups of these names that exist already, e.g. of an
      earlier environment. Default: true. Set false if `import` blocks take them over.
    - `retention_in_days`: days that the groups keep lines, one of the values that CloudWatch accepts; 0 keeps
      lines for ever. Default: 30.
  EOT
  type = object({
    dag_processing    = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    scheduler         = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    task              = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    webserver         = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    worker            = optional(object({ enabled = optional(bool, true), level = optional(string, "INFO") }), {})
    create_log_groups = optional(bool, true)
    check_log_groups  = optional(bool, true)
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
    ])}. A level must be one of CRITICAL, ERROR, WARNING, INFO, DEBUG."
  }

  validation {
    condition = contains(local.retentions, var.logging.retention_in_days)
    error_message = join(" ", [
      "logging.retention_in_days is ${var.logging.retention_in_days}.",
      "It must be one of ${join(", ", local.retentions)}; 0 is for ever.",
    ])
  }
}

variable "kms_key_arn" {
  description = <<-EOT
    ARN of the KMS key that encrypts MWAA's data, the bucket and the log groups; its policy must allow CloudWatch Logs.
    Default: AWS's own keys. A change replaces the environment.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.kms_key_arn == null || can(regex(
      "^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      var.kms_key_arn
    ))
    error_message = join(" ", [
      "kms_key_arn is ${jsonencode(var.kms_key_arn)}. It must be the ARN of a key, e.g.",
      "\"arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\". Replace an alias by the key's",
      "ARN. MWAA does not accept multi-region keys (mrk-...).",
    ])
  }
}

variable "check_kms_key" {
  description = <<-EOT
    Whether the plan warns if the policy of `kms_key_arn` does not let CloudWatch Logs use the key. It needs
    `cloudformation:GetResource`, and `kms:DescribeKey`, `GetKeyPolicy`, `GetKeyRotationStatus` and `ListResourceTags`
    on the key. Default: true if the key encrypts the bucket that this module creates.
  EOT
  type        = bool
  default     = null

  validation {
    condition     = var.check_kms_key != true || var.kms_key_arn != null
    error_message = "check_kms_key is true, but kms_key_arn is not set. Set kms_key_arn, or remove check_kms_key."
  }
}

variable "timeouts" {
  description = <<-EOT
    How long Terraform waits, for example `{ create = "90m" }`.
    - `create`: until the environment is created. Default: the provider's.
    - `update`: until an update is done. Default: the provider's.
    - `delete`: until the environment is deleted. Default: the provider's.
  EOT
  type = object({
    create = optional(string)
    update = optional(string)
    delete = optional(string)
  })
  default  = {}
  nullable = false
}

variable "tags" {
  description = "Tags of the environment and of the resources that this module creates for it."
  type        = map(string)
  default     = {}
  nullable    = false

  # AWS's own pattern of CreateEnvironment.
  validation {
    condition = alltrue([
      for key, value in var.tags : can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", key)) &&
      !startswith(lower(key), "aws:") && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,256}$", value))
    ])
    error_message = join("", [
      "tags: ${join(", ", [
        for key, value in var.tags : "${jsonencode(key)} = ${jsonencode(value)}"
        if !(can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", key)) &&
        !startswith(lower(key), "aws:") && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,256}$", value)))
      ])}. MWAA accepts letters, digits, blanks and the characters _.:/=+-@, 1 to 128 in a key and 1 to 256 in a ",
      "value. A key must not begin with aws:.",
    ])
  }
}

variable "region" {
  description = "Region of the resources, for names. Default: the provider's."
  type        = string
  default     = null
}

variable "account_id" {
  description = "Account of the resources, for names. Default: the provider's."
  type        = string
  default     = null
}

variable "partition" {
  description = "Partition of the resources, for names: `aws`, `aws-cn` or `aws-us-gov`. Default: the provider's."
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
