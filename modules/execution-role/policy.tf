################################################################################
# What the role may do: derived from images, secrets, keys and log groups
################################################################################

locals {
  # 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/etl:1.4, in all its forms:
  # FIPS, dual-stack, China, and a digest in place of the tag.
  _ecr_images = [
    for image in var.images : regex(
      "^(?P<account>[0-9]{12})\\.dkr[.-]ecr(?:-fips)?\\.(?P<region>[a-z0-9-]+)\\.[a-z0-9.-]+/(?P<repository>[^:@]+)",
      image
    ) if can(regex("^[0-9]{12}\\.dkr[.-]ecr(-fips)?\\.[a-z0-9-]+\\.[a-z0-9.-]+/[^:@]+", image))
  ]
  _ecr_repositories = distinct([
    for image in local._ecr_images :
    "arn:${local._partition}:ecr:${image.region}:${image.account}:repository/${image.repository}"
  ])

  # A secret's ARN has seven parts; a JSON key, stage and version follow it.
  _secret_arns = distinct([
    for secret in var.secrets : join(":", slice(split(":", secret), 0, 7))
    if can(regex("^arn:[^:]+:secretsmanager:", secret))
  ])
  _parameter_arns = distinct([
    for secret in var.secrets : startswith(secret, "arn:") ? secret
    : "arn:${local._partition}:ssm:${local._region}:${local._account_id}:parameter/${trimprefix(secret, "/")}"
    if !can(regex("^arn:[^:]+:secretsmanager:", secret))
  ])

  _statements = [
    {
      Sid    = "WriteLogs"
      Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = [
        for name in sort(distinct(var.log_group_names)) :
        "arn:${local._partition}:logs:${local._region}:${local._account_id}:log-group:${name}:log-stream:*"
      ]
    },
    {
      Sid = "PullImages"
      Action = [
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"
      ]
      Resource = sort(local._ecr_repositories)
    },
    {
      # The one `*`: this action knows no resource, AWS refuses any other.
      # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
      Sid      = "LogInToRegistry"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = length(local._ecr_repositories) > 0 ? ["*"] : []
    },
    {
      Sid    = "ReadSecrets"
      Action = ["secretsmanager:GetSecretValue"]
      Resource = [
        # An ARN without its six random characters is legal too; IAM sees them.
        for arn in sort(local._secret_arns) :
        can(regex("-[A-Za-z0-9]{6}$", arn)) ? arn : "${arn}-??????"
      ]
    },
    {
      Sid      = "ReadSecretParameters"
      Action   = ["ssm:GetParameters"]
      Resource = sort(local._parameter_arns)
    },
    {
      # For the services that keep the secrets alone. The last `*` is for China,
      # where the names end with `.cn`.
      # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
      Sid      = "DecryptSecrets"
      Action   = ["kms:Decrypt"]
      Resource = sort(distinct(var.kms_key_arns))
      Condition = { StringLike = { "kms:ViaService" = distinct(concat(
        [for arn in local._secret_arns : "secretsmanager.${split(":", arn)[3]}.amazonaws.com*"],
        [for arn in local._parameter_arns : "ssm.${split(":", arn)[3]}.amazonaws.com*"],
      )) } }
    },
  ]

  _policy_json = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local._statements : merge({ Effect = "Allow" }, statement)
      if length(statement.Resource) > 0
    ]
  })
}
