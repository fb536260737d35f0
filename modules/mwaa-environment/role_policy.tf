################################################################################
# The rights that MWAA itself needs
# https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html#mwaa-create-role-json
################################################################################

locals {
  _kms_actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
  _secrets_prefixes = var.secrets_backend == null ? [] : distinct([
    for prefix in [var.secrets_backend.variables_prefix, var.secrets_backend.connections_prefix] :
    prefix if prefix != null
  ])

  # The statements of MWAA's sample policy, without its Deny of s3:ListAllMyBuckets on the bucket. That action does
  # not apply to a bucket, so the Deny has no effect.
  _statements = concat(
    [
      {
        Sid      = "ReportHealth"
        Action   = ["airflow:PublishMetrics"]
        Resource = [local.environment_arn]
      },
      {
        Sid      = "ReadBucket"
        Action   = ["s3:GetBucket*", "s3:GetObject*", "s3:List*"]
        Resource = [local.bucket_arn, "${local.bucket_arn}/*"]
      },
      {
        Sid = "WriteLogs"
        Action = [
          "logs:CreateLogGroup", "logs:CreateLogStream", "logs:GetLogEvents",
          "logs:GetLogGroupFields", "logs:GetLogRecord", "logs:GetQueryResults",
          "logs:PutLogEvents",
        ]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:airflow-${var.name}-*"]
      },
      {
        # These three actions have no resources, so AWS accepts `*` only.
        Sid      = "Look"
        Action   = ["cloudwatch:PutMetricData", "logs:DescribeLogGroups", "s3:GetAccountPublicAccessBlock"]
        Resource = ["*"]
      },
      {
        # The queue lies in an AWS account that MWAA owns.
        Sid = "UseQueue"
        Action = [
          "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage",
        ]
        Resource = ["arn:${local.partition}:sqs:${local.region}:*:airflow-celery-*"]
      },
    ],
    [for prefix in local._secrets_prefixes : {
      Sid      = prefix == var.secrets_backend.variables_prefix ? "ReadVariables" : "ReadConnections"
      Action   = ["ssm:GetParameter"]
      Resource = ["arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter${prefix}/*"]
    }],
  )

  # The queue's key lies in that account too, unless kms_key_arn is set. The last `*` is for China, where the
  # service names end with `.cn`.
  _kms_statement = var.kms_key_arn == null ? {
    Sid         = "UseKeyOfQueue"
    Effect      = "Allow"
    Action      = local._kms_actions
    NotResource = ["arn:${local.partition}:kms:*:${local.account_id}:key/*"]
    Resource    = null
    Condition   = { StringLike = { "kms:ViaService" = ["sqs.${local.region}.amazonaws.com*"] } }
    } : {
    Sid         = "UseKey"
    Effect      = "Allow"
    Action      = local._kms_actions
    NotResource = null
    Resource    = [var.kms_key_arn]
    Condition = { StringLike = { "kms:ViaService" = [
      "s3.${local.region}.amazonaws.com*", "sqs.${local.region}.amazonaws.com*",
    ] } }
  }

  policy_json = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for statement in local._statements : merge({ Effect = "Allow" }, statement)],
      local.bucket_kms_key_arn == null ? [] : [{
        Sid       = "UseKeyOfBucket"
        Effect    = "Allow"
        Action    = local._kms_actions
        Resource  = [local.bucket_kms_key_arn]
        Condition = { StringLike = { "kms:ViaService" = ["s3.${local.region}.amazonaws.com*"] } }
      }],
      [{ for key, value in local._kms_statement : key => value if value != null }]
    )
  })
}
