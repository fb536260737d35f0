# An environment whose resources have the addresses and names that aws-ia/terraform-aws-mwaa gives them.

variable "subnet_ids" {
  type = list(string)
}

variable "vpc_id" {
  type = string
}

data "aws_caller_identity" "this" {}

resource "aws_mwaa_environment" "mwaa" {
  name                  = "my-airflow"
  airflow_version       = "2.10.3"
  environment_class     = "mw1.medium"
  min_workers           = 2
  max_workers           = 12
  schedulers            = 3
  min_webservers        = 3
  max_webservers        = 4
  webserver_access_mode = "PUBLIC_ONLY"
  dag_s3_path           = "dags/"
  execution_role_arn    = aws_iam_role.mwaa[0].arn
  source_bucket_arn     = aws_s3_bucket.mwaa[0].arn

  airflow_configuration_options = { "core.default_task_retries" = "3" }

  network_configuration {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.mwaa[0].id]
  }

  logging_configuration {
    dag_processing_logs {
      enabled   = true
      log_level = "DEBUG"
    }
    scheduler_logs {
      enabled   = true
      log_level = "INFO"
    }
    task_logs {
      enabled   = true
      log_level = "WARNING"
    }
    webserver_logs {
      enabled   = true
      log_level = "ERROR"
    }
    worker_logs {
      enabled   = true
      log_level = "CRITICAL"
    }
  }

  tags       = { team = "data" }
  depends_on = [aws_iam_role_policy.mwaa, aws_s3_bucket_versioning.mwaa, aws_security_group_rule.mwaa_sg_inbound]
}

resource "aws_iam_role" "mwaa" {
  count = 1

  name_prefix = "mwaa-executor"
  description = "MWAA IAM Role"
  tags        = { team = "data" }

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["airflow.amazonaws.com", "airflow-env.amazonaws.com", "batch.amazonaws.com"] }
    }]
  })
}

resource "aws_iam_role_policy" "mwaa" {
  count = 1

  name_prefix = "mwaa-executor"
  role        = aws_iam_role.mwaa[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = [
        "airflow:PublishMetrics", "s3:*", "logs:*", "cloudwatch:*", "sqs:*", "kms:GenerateDataKey*", "kms:Decrypt",
      ]
      Resource = "*"
    }]
  })
}

resource "aws_s3_bucket" "mwaa" {
  count = 1

  bucket_prefix = "mwaa-${data.aws_caller_identity.this.account_id}-"
  tags          = { team = "data" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "mwaa" {
  count  = 1
  bucket = aws_s3_bucket.mwaa[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "mwaa" {
  count  = 1
  bucket = aws_s3_bucket.mwaa[0].id

  versioning_configuration {
    status = "Enabled"
  }

  depends_on = [aws_s3_bucket_public_access_block.mwaa]
}

resource "aws_s3_bucket_public_access_block" "mwaa" {
  count  = 1
  bucket = aws_s3_bucket.mwaa[0].id

  block_public_acls       = true
  block_public_policy     = true
  restrict_public_buckets = true
  ignore_public_acls      = true
}

resource "aws_s3_object" "plugins" {
  count = 1

  key    = "plugins.zip"
  bucket = aws_s3_bucket.mwaa[0].id
}

resource "aws_s3_object" "python_requirements" {
  count = 1

  key    = "requirements.txt"
  bucket = aws_s3_bucket.mwaa[0].id
}

resource "aws_security_group" "mwaa" {
  count = 1

  name_prefix = "mwaa-"
  description = "Security group for MWAA environment"
  vpc_id      = var.vpc_id
  tags        = { team = "data" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group_rule" "mwaa_sg_inbound" {
  count = 1

  type                     = "ingress"
  from_port                = 0
  to_port                  = 0
  protocol                 = "all"
  source_security_group_id = aws_security_group.mwaa[0].id
  security_group_id        = aws_security_group.mwaa[0].id
}

resource "aws_security_group_rule" "mwaa_sg_outbound" {
  count = 1

  type              = "egress"
  from_port         = 0
  to_port           = 0
  protocol          = "all"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.mwaa[0].id
}
