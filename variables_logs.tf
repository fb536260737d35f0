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
