################################################################################
# Bucket: given, or made private, versioned and encrypted
# https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-s3-bucket.html
################################################################################

locals {
  # Not by `arn == null` alone: of a bucket made in the same plan that is unknown.
  _create_bucket = var.bucket.create == null ? var.bucket.arn == null : var.bucket.create

  _bucket_name = local._create_bucket ? coalesce(
    var.bucket.name,
    lower("airflow-${replace(var.name, "_", "-")}-${local._account_id}-${local._region}")
  ) : split(":::", var.bucket.arn)[1]
  _bucket_arn = (
    local._create_bucket
    ? "arn:${local._partition}:s3:::${local._bucket_name}"
    : var.bucket.arn
  )
}

resource "aws_s3_bucket" "this" {
  count = local._create_bucket ? 1 : 0

  bucket        = local._bucket_name
  force_destroy = var.bucket.force_destroy
  tags          = var.tags

  lifecycle {
    precondition {
      condition     = length(local._bucket_name) <= 63
      error_message = "bucket.name: ${local._bucket_name} has ${length(local._bucket_name)} characters, S3 takes 63. Give a shorter bucket.name."
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  count  = local._create_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  count  = local._create_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

locals {
  # Not by `kms_key_arn != null` alone: of a key made in the same plan that is unknown.
  _kms_encrypted = (
    var.bucket.kms_encrypted == null ? var.kms_key_arn != null : var.bucket.kms_encrypted
  )
}

# Without a key of one's own S3 encrypts with its own, and needs no telling.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count  = local._create_bucket && local._kms_encrypted ? 1 : 0
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
  count  = local._create_bucket ? 1 : 0
  bucket = aws_s3_bucket.this[0].bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EncryptedTransportOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local._bucket_arn, "${local._bucket_arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # The two change the same thing in S3 and get in each other's way.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

# The provider's own data source does not tell whether a bucket is versioned.
data "aws_cloudcontrolapi_resource" "bucket" {
  count = !local._create_bucket && var.bucket.check ? 1 : 0

  type_name  = "AWS::S3::Bucket"
  identifier = local._bucket_name
}

locals {
  _given_buckets = [
    for bucket in data.aws_cloudcontrolapi_resource.bucket : jsondecode(bucket.properties)
  ]
}
