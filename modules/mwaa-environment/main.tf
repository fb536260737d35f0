################################################################################
# Environment
# https://docs.aws.amazon.com/mwaa/latest/userguide/create-environment.html
################################################################################

locals {
  # For mw1.micro no count of schedulers and web servers is sent, because the provider refuses the 1 that MWAA
  # requires. https://github.com/hashicorp/terraform-provider-aws/issues/41681
  is_micro = var.environment_class == "mw1.micro"

  # These kwargs replace MWAA's own, so they repeat its connections_lookup_pattern. Without it, Airflow
  # asks the backend first for each use of the connection aws_default.
  # https://github.com/aws/amazon-mwaa-docker-images
  secrets_options = var.secrets_backend == null ? {} : {
    "secrets.backend" = "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
    "secrets.backend_kwargs" = jsonencode({
      connections_prefix         = var.secrets_backend.connections_prefix
      connections_lookup_pattern = "^(?!aws_default$).*$"
      variables_prefix           = var.secrets_backend.variables_prefix
      config_prefix              = null
    })
  }
}

resource "aws_mwaa_environment" "this" {
  #checkov:skip=CKV2_AWS_66:The default keeps the page in the VPC. For PUBLIC_ONLY, IAM decides who gets in.
  name                            = var.name
  airflow_version                 = var.airflow_version
  airflow_configuration_options   = merge(var.airflow_configuration_options, local.secrets_options)
  environment_class               = var.environment_class
  min_workers                     = local.is_micro ? 1 : var.workers.min
  max_workers                     = local.is_micro ? 1 : var.workers.max
  min_webservers                  = local.is_micro ? null : var.webservers.min
  max_webservers                  = local.is_micro ? null : try(coalesce(var.webservers.max, var.webservers.min), null)
  schedulers                      = local.is_micro ? null : var.schedulers
  weekly_maintenance_window_start = var.weekly_maintenance_window_start
  webserver_access_mode           = var.webserver_access_mode
  endpoint_management             = var.endpoint_management
  kms_key                         = var.kms_key_arn
  execution_role_arn              = local.role_arn
  source_bucket_arn               = local.bucket_arn
  dag_s3_path                     = var.dag_s3_path
  tags                            = var.tags

  requirements_s3_path             = try(var.requirements.path, null)
  requirements_s3_object_version   = try(var.requirements.object_version, null)
  plugins_s3_path                  = try(var.plugins.path, null)
  plugins_s3_object_version        = try(var.plugins.object_version, null)
  startup_script_s3_path           = try(var.startup_script.path, null)
  startup_script_s3_object_version = try(var.startup_script.object_version, null)

  network_configuration {
    subnet_ids         = var.subnet_ids
    security_group_ids = local.security_group_ids
  }

  logging_configuration {
    dag_processing_logs {
      enabled   = var.logging.dag_processing.enabled
      log_level = var.logging.dag_processing.level
    }
    scheduler_logs {
      enabled   = var.logging.scheduler.enabled
      log_level = var.logging.scheduler.level
    }
    task_logs {
      enabled   = var.logging.task.enabled
      log_level = var.logging.task.level
    }
    webserver_logs {
      enabled   = var.logging.webserver.enabled
      log_level = var.logging.webserver.level
    }
    worker_logs {
      enabled   = var.logging.worker.enabled
      log_level = var.logging.worker.level
    }
  }

  # An empty block would be a change of an imported environment.
  dynamic "timeouts" {
    for_each = length([for time in values(var.timeouts) : time if time != null]) > 0 ? [var.timeouts] : []

    content {
      create = timeouts.value.create
      update = timeouts.value.update
      delete = timeouts.value.delete
    }
  }

  # MWAA checks these once, when it creates the environment; if one is missing, that ends as CREATE_FAILED.
  depends_on = [
    aws_iam_role_policy.documented,
    aws_iam_role_policy.additional,
    aws_iam_role_policy_attachment.additional,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
    aws_vpc_security_group_egress_rule.all,
    aws_vpc_security_group_ingress_rule.itself,
    aws_vpc_security_group_ingress_rule.webserver,
    aws_cloudwatch_log_group.this,
  ]

  lifecycle {
    precondition {
      condition = length(distinct(data.aws_subnet.this[*].availability_zone)) == 2
      error_message = join(" ", [
        "subnet_ids: ${join(" and ", var.subnet_ids)} both lie in ${data.aws_subnet.this[0].availability_zone}.",
        "The subnets must lie in two zones. Replace one of them.",
      ])
    }
    precondition {
      condition = length(distinct(data.aws_subnet.this[*].vpc_id)) == 1
      error_message = join("", [
        "subnet_ids: ",
        join(", ", [for subnet in data.aws_subnet.this : "${subnet.id} lies in ${subnet.vpc_id}"]),
        ". Both must lie in one VPC. Replace one of them.",
      ])
    }
    precondition {
      condition = var.vpc_id == null || var.vpc_id == data.aws_subnet.this[0].vpc_id
      error_message = join(" ", [
        "vpc_id is ${jsonencode(var.vpc_id)}, but ${var.subnet_ids[0]} lies in ${data.aws_subnet.this[0].vpc_id}. Set",
        "subnets of that VPC, or remove vpc_id.",
      ])
    }
    precondition {
      condition = length(local.public_subnet_ids) == 0
      error_message = join(" ", [
        "subnet_ids: ${join(", ", local.public_subnet_ids)} has a route to an internet gateway, so it is public.",
        "MWAA starts in private subnets only. Set the ids of private subnets.",
      ])
    }
    precondition {
      condition = alltrue([
        for vpc in local.existing_security_group_vpcs : vpc == data.aws_subnet.this[0].vpc_id
      ])
      error_message = join("", [
        "${local.security_group_field}: ",
        join(", ", [for id, vpc in local.existing_security_group_vpcs : "${id} lies in ${vpc}"]),
        ", but the subnets lie in ${data.aws_subnet.this[0].vpc_id}. Set security groups of the subnets' VPC.",
      ])
    }
    precondition {
      condition = length(local.missing_trust) == 0
      error_message = join(" ", [
        "execution_role.existing.arn is ${jsonencode(local.role_arn)}. This role does not trust",
        "${join(" and ", local.missing_trust)}, and MWAA ends as CREATE_FAILED without that. Add to the role's trust",
        "policy: Effect Allow, Action sts:AssumeRole, Principal Service ${join(" and ", local.mwaa_services)}.",
      ])
    }
    precondition {
      condition = length(local.undecryptable_keys) == 0
      error_message = join(" ", [
        "bucket.existing.arn is ${jsonencode(try(var.bucket.existing.arn, null))}. The KMS key",
        "${join(", ", local.undecryptable_keys)} encrypts this bucket, and the execution role that this module creates",
        "may not use it, so Airflow could read no DAG. Set bucket.existing.kms_key_arn to the key's ARN.",
      ])
    }
    precondition {
      condition = length(local.expiring_files) == 0
      error_message = join(" ", [
        "${join(", ", local.expiring_files)}, in the folder of dag_s3_path, where S3 removes old versions after",
        "${local.old_dags_days} days, even one that the environment uses. It must be in another folder. Move the file,",
        "or set bucket.old_dags_days to 0.",
      ])
    }
    precondition {
      condition = alltrue([
        for bucket in local.existing_buckets : try(bucket.VersioningConfiguration.Status, "") == "Enabled"
      ])
      error_message = join(" ", [
        "bucket.existing.arn is ${jsonencode(try(var.bucket.existing.arn, null))}. Versioning of this bucket is off,",
        "and MWAA requires it. Run: aws s3api put-bucket-versioning --bucket ${local.bucket_name}",
        "--versioning-configuration Status=Enabled",
      ])
    }
    precondition {
      condition = alltrue(flatten([
        for bucket in local.existing_buckets : [
          for setting in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] :
          try(bucket.PublicAccessBlockConfiguration[setting], false)
        ]
      ]))
      error_message = join(" ", [
        "bucket.existing.arn is ${jsonencode(try(var.bucket.existing.arn, null))}. Public access to this bucket is",
        "not blocked, and MWAA requires that. Run: aws s3api put-public-access-block --bucket ${local.bucket_name}",
        "--public-access-block-configuration",
        "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
      ])
    }
  }
}

################################################################################
# Log groups with a retention, which destroy removes
################################################################################

locals {
  log_groups = {
    DAGProcessing = var.logging.dag_processing.enabled
    Scheduler     = var.logging.scheduler.enabled
    Task          = var.logging.task.enabled
    WebServer     = var.logging.webserver.enabled
    Worker        = var.logging.worker.enabled
  }
  log_group_names     = [for module in keys(local.log_groups) : "airflow-${var.name}-${module}"]
  look_for_log_groups = var.logging.create_log_groups && var.logging.check_log_groups
}

# MWAA leaves its log groups when an environment is deleted. The state keeps what the first plan found.
data "aws_cloudwatch_log_groups" "found" {
  count                 = local.look_for_log_groups ? 1 : 0
  log_group_name_prefix = "airflow-${var.name}-"
}

resource "terraform_data" "found_log_groups" {
  count            = local.look_for_log_groups ? 1 : 0
  triggers_replace = var.name

  input = sort(setintersection(
    data.aws_cloudwatch_log_groups.found[0].log_group_names, local.log_group_names
  ))

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition = length(self.input) == 0
      error_message = join("\n", concat(
        [
          "The log groups ${join(", ", self.input)} exist already, and CreateLogGroup would fail. To leave them as",
          "they are, set logging = { create_log_groups = false }. To take them over, set",
          "logging = { check_log_groups = false } and add this block where the module is called (NAME is the name of",
          "its block):",
          "  import {",
          "    for_each = toset(${jsonencode([for name in self.input : reverse(split("-", name))[0]])})",
          "    to       = module.NAME.aws_cloudwatch_log_group.this[each.key]",
          "    id       = \"airflow-${var.name}-$${each.key}\"",
          "  }",
        ],
      ))
    }
  }
}

# The group of a disabled module exists too. Otherwise disabling a module would destroy its group with all lines,
# before MWAA has stopped writing to it.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key, and kms_key_arn sets a key of yours.
  #checkov:skip=CKV_AWS_338:The default is 30 days, for debugging. logging.retention_in_days keeps lines longer.
  for_each = toset(var.logging.create_log_groups ? keys(local.log_groups) : [])

  # The names that MWAA expects.
  name              = "airflow-${var.name}-${each.key}"
  retention_in_days = var.logging.retention_in_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags

  depends_on = [terraform_data.found_log_groups]
}
