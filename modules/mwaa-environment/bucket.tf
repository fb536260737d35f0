################################################################################
# Bucket: existing, or created private, versioned and encrypted
# https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-s3-bucket.html
################################################################################

locals {
  create_bucket = var.bucket.existing == null

  bucket_name = local.create_bucket ? coalesce(
    var.bucket.name,
    lower("airflow-${replace(var.name, "_", "-")}-${local.account_id}-${local.region}")
  ) : split(":::", var.bucket.existing.arn)[1]
  bucket_arn = (
    local.create_bucket
    ? "arn:${local.partition}:s3:::${local.bucket_name}"
    : var.bucket.existing.arn
  )
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV2_AWS_62:MWAA reads the DAGs by itself every 30 seconds, so nothing waits for an event.
  #checkov:skip=CKV_AWS_18:Access logs need a second bucket. CloudTrail's data events show access without one.
  #checkov:skip=CKV_AWS_144:Terraform uploads the DAGs, so they can be uploaded to another region again.
  #checkov:skip=CKV_AWS_145:S3's own key encrypts it, and kms_key_arn sets a key of yours.
  count = local.create_bucket ? 1 : 0

  bucket        = local.bucket_name
  force_destroy = var.bucket.force_destroy
  tags          = var.tags

  lifecycle {
    precondition {
      condition = length(local.bucket_name) <= 63
      error_message = join(" ", [
        "The bucket's name is \"${local.bucket_name}\" with ${length(local.bucket_name)} characters. It must have up",
        "to 63. Set a shorter bucket.name.",
      ])
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  count  = local.create_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  versioning_configuration {
    status = "Enabled"
  }
}

locals {
  dags_prefix   = "${trimsuffix(var.dag_s3_path, "/")}/"
  old_dags_days = coalesce(var.bucket.old_dags_days, 90)

  # The environment names these files by version, which S3 would remove when a newer one is uploaded.
  expiring_files = !local.create_bucket || local.old_dags_days == 0 ? [] : [
    for field, file in {
      requirements   = var.requirements
      plugins        = var.plugins
      startup_script = var.startup_script
    } : "${field}.path is ${jsonencode(file.path)}"
    if startswith(try(file.path, ""), local.dags_prefix)
  ]
}

# Old versions of DAGs expire. Those of requirements, plugins and the startup script stay, because the environment
# names them by version, and MWAA reads that version again whenever it starts a worker.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count  = local.create_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  dynamic "rule" {
    for_each = local.old_dags_days == 0 ? [] : [local.old_dags_days]

    content {
      id     = "old-versions-of-dags"
      status = "Enabled"

      filter {
        prefix = local.dags_prefix
      }

      noncurrent_version_expiration {
        noncurrent_days = rule.value
      }

      # The marker of a deleted DAG goes when its last version has gone.
      expiration {
        expired_object_delete_marker = true
      }
    }
  }

  rule {
    id     = "incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # S3 refuses one of the two changes if both are made at the same time.
  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_public_access_block" "this" {
  count  = local.create_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

locals {
  # kms_encrypted exists because `kms_key_arn != null` is unknown for a key of the same plan.
  kms_encrypted = (
    var.bucket.kms_encrypted == null ? var.kms_key_arn != null : var.bucket.kms_encrypted
  )
  # `&&` would be unknown for an existing bucket and a key of the same plan, in Terraform before 1.12.
  encrypt_bucket = local.create_bucket ? local.kms_encrypted : false
}

# Without this resource S3 encrypts with its own key.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count  = local.encrypt_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  count  = local.create_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "EncryptedTransportOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      flatten([for policy in values(var.bucket.policies) : [jsondecode(policy).Statement]])
    )
  })

  # S3 refuses one of the two changes if both are made at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# Cloud Control reads the bucket because the provider's aws_s3_bucket data source has no versioning. Terraform shows
# the block's first line when it finds no bucket, so the remedy stands there.
data "aws_cloudcontrolapi_resource" "bucket" { # Not found? There is no such bucket: correct bucket.existing.arn.
  count = try(var.bucket.existing.check, false) ? 1 : 0

  type_name  = "AWS::S3::Bucket"
  identifier = local.bucket_name
}

locals {
  existing_buckets = [
    for bucket in data.aws_cloudcontrolapi_resource.bucket : jsondecode(bucket.properties)
  ]

  # Keys of this account that encrypt the bucket, and that the created role may not use. A key is named by its ARN,
  # its id or an alias; S3's own key needs no rights.
  _bucket_keys = [
    for rule in flatten([
      for bucket in local.existing_buckets : try(bucket.BucketEncryption.ServerSideEncryptionConfiguration, [])
    ]) : try(rule.ServerSideEncryptionByDefault.KMSMasterKeyID, null)
  ]
  bucket_kms_key_arn = try(var.bucket.existing.kms_key_arn, null)
  undecryptable_keys = !local.create_role || local.bucket_kms_key_arn != null ? [] : [
    for key in local._bucket_keys : key
    if key != null && !endswith(coalesce(key, "-"), "alias/aws/s3") &&
    !endswith(coalesce(var.kms_key_arn, "-"), coalesce(key, "-"))
  ]
}

################################################################################
# The KMS key: does its policy let CloudWatch Logs in?
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
################################################################################

data "aws_cloudcontrolapi_resource" "key" {
  count = (var.check_kms_key == null ? local.encrypt_bucket : var.check_kms_key) ? 1 : 0

  type_name  = "AWS::KMS::Key"
  identifier = split("/", var.kms_key_arn)[1]
}

locals {
  _key_policies = [for key in data.aws_cloudcontrolapi_resource.key : jsondecode(key.properties).KeyPolicy]
  key_statements = flatten([
    for policy in local._key_policies : try(jsondecode(policy).Statement, policy.Statement)
  ])
  key_lets_logs_in = anytrue([
    for statement in local.key_statements : statement.Effect == "Allow" && anytrue(concat(
      [for name in flatten([try(statement.Principal.Service, [])]) : startswith(name, "logs.")],
      [for name in flatten([try(statement.Principal.AWS, statement.Principal)]) : try(name == "*", false)],
    ))
  ])
}

# A warning rather than an error: the same plan can change the key's policy.
check "kms_key" {
  assert {
    condition = length(local.key_statements) == 0 || local.key_lets_logs_in
    error_message = join(" ", [
      "kms_key_arn is ${jsonencode(var.kms_key_arn)}. This key's policy does not let CloudWatch Logs use it, so no log",
      "group can be created. Add a statement to it: Effect Allow, Principal Service",
      "logs.${local.region}.amazonaws.com, Action kms:Encrypt*, kms:Decrypt*, kms:ReEncrypt*, kms:GenerateDataKey* and",
      "kms:Describe*, Resource *.",
    ])
  }
}
