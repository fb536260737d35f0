################################################################################
# Policy of the role, derived from images, secrets, keys and log groups
################################################################################

locals {
  # 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/etl:1.4, in all its forms:
  # FIPS, dual-stack, China, and a digest in place of the tag.
  ecr_images = [
    for image in var.images : regex(
      "^(?P<account>[0-9]{12})\\.dkr[.-]ecr(?:-fips)?\\.(?P<region>[a-z0-9-]+)\\.[a-z0-9.-]+/(?P<repository>[^:@]+)",
      image
    ) if can(regex("^[0-9]{12}\\.dkr[.-]ecr(-fips)?\\.[a-z0-9-]+\\.[a-z0-9.-]+/[^:@]+", image))
  ]
  # `sort(toset())` rather than `sort(distinct())`, whose time grows with the square of the number.
  ecr_repositories = sort(toset([
    for image in local.ecr_images :
    "arn:${local.partition}:ecr:${image.region}:${image.account}:repository/${image.repository}"
  ]))

  # A secret's ARN has seven parts; a JSON key, stage and version follow it.
  secret_arns = [
    for secret in var.secrets : join(":", slice(split(":", secret), 0, 7))
    if can(regex("^arn:[^:]+:secretsmanager:", secret))
  ]
  # A user can leave out the six random characters at the end of a secret's ARN, but IAM compares
  # them. An ending like `-secret` is either these six characters or a part of the name, so both
  # forms are granted. An ending of mixed case, like `-aB3dE6`, is always the random one.
  complete_arn_pattern  = "-[A-Za-z0-9]{6}$"
  ambiguous_arn_pattern = "-([a-z0-9]{6}|[A-Z0-9]{6}|[A-Z][a-z]{5})$"
  secret_resources = flatten([
    for arn in sort(toset(local.secret_arns)) : concat(
      can(regex(local.complete_arn_pattern, arn)) ? [arn] : [],
      can(regex(local.complete_arn_pattern, arn)) && !can(regex(local.ambiguous_arn_pattern, arn))
      ? [] : ["${arn}-??????"],
    )
  ])

  # Credential specs of Windows containers: the ARN of an object in S3 or of a parameter, after
  # `credentialspec:` or `credentialspecdomainless:`.
  credential_spec_arns = [
    for spec in var.credential_specs : regex("^credentialspec(?:domainless)?:(arn:.+)$", spec)[0]
    if can(regex("^credentialspec(domainless)?:arn:.+$", spec))
  ]

  parameter_arns = concat(
    [
      for secret in var.secrets : can(regex("^arn:", secret)) ? secret
      : "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/${trimprefix(secret, "/")}"
      if !can(regex("^arn:[^:]+:secretsmanager:", secret))
    ],
    [for arn in local.credential_spec_arns : arn if can(regex("^arn:[^:]+:ssm:", arn))],
  )
  file_arns = concat(
    var.file_arns,
    [for arn in local.credential_spec_arns : arn if can(regex("^arn:[^:]+:s3:", arn))],
  )

  # The two forms of the grant: each log group by its name, or all that have the tag of this
  # module instance. modules/iam-policy, grants_by_tag.tf, explains why the tag is safe.
  log_group_arn = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group"
  # The longest common prefix of all names is that of the first and the last in order.
  sorted_log_group_names = sort(toset(var.log_group_names))
  log_group_name_prefix = try([
    for n in range(length(local.sorted_log_group_names[0]), -1, -1) : substr(local.sorted_log_group_names[0], 0, n)
    if startswith(reverse(local.sorted_log_group_names)[0], substr(local.sorted_log_group_names[0], 0, n))
  ][0], "")
  log_grants = {
    name = {
      created = {
        Resource = [
          for name in sort(toset(concat(var.log_group_names, var.existing_log_group_names))) :
          "${local.log_group_arn}:${name}:log-stream:*"
        ]
      }
      existing = []
    }
    tag = {
      created = {
        Resource = [
          for prefix in slice([local.log_group_name_prefix], 0, min(1, length(var.log_group_names))) :
          "${local.log_group_arn}:${prefix}*:log-stream:*"
        ]
        Condition = var.resource_tag == null ? {} : {
          StringEquals = { "aws:ResourceTag/${var.resource_tag.key}" = var.resource_tag.value }
        }
      }
      existing = [
        for name in sort(distinct(var.existing_log_group_names)) : "${local.log_group_arn}:${name}:log-stream:*"
      ]
    }
  }

  decrypting_services = distinct(concat(
    [for arn in local.secret_arns : "secretsmanager.${split(":", arn)[3]}.amazonaws.com*"],
    [for arn in local.parameter_arns : "ssm.${split(":", arn)[3]}.amazonaws.com*"],
    [for arn in local.file_arns : "s3.${local.region}.amazonaws.com*"],
  ))

  statements = [
    {
      Sid = "PullImages"
      Action = [
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"
      ]
      Resource = local.ecr_repositories
    },
    {
      # The only `*`: this action has no resources, so AWS accepts nothing else.
      # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
      Sid      = "LogInToRegistry"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = length(local.ecr_repositories) > 0 ? ["*"] : []
    },
    {
      Sid      = "ReadSecrets"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = local.secret_resources
    },
    {
      Sid      = "ReadSecretParameters"
      Action   = ["ssm:GetParameters"]
      Resource = sort(toset(local.parameter_arns))
    },
    {
      Sid      = "ReadFiles"
      Action   = ["s3:GetObject"]
      Resource = sort(toset(local.file_arns))
    },
    {
      Sid    = "FindBuckets"
      Action = ["s3:GetBucketLocation"]
      Resource = sort(toset([
        for arn in local.file_arns : split("/", arn)[0]
      ]))
    },
    {
      # The condition limits the keys to the services that store the secrets. The last `*`
      # matches the `.cn` of names in China.
      # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
      Sid       = "DecryptSecrets"
      Action    = ["kms:Decrypt"]
      Resource  = length(local.decrypting_services) == 0 ? [] : sort(distinct(var.kms_key_arns))
      Condition = { StringLike = { "kms:ViaService" = local.decrypting_services } }
    },
  ]

  log_actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
  allow_statements = [
    for statement in concat(
      [
        merge({ Sid = "WriteLogs", Action = local.log_actions }, local.log_grants[var.grant_by].created),
        { Sid = "WriteOtherLogs", Action = local.log_actions, Resource = local.log_grants[var.grant_by].existing },
      ],
      local.statements,
    ) : merge({ Effect = "Allow" }, statement) if length(statement.Resource) > 0
  ]

  # With public images and no log group the role needs no rights. IAM accepts no policy
  # without a statement, so this one denies everything.
  deny_statement = { Sid = "NeedNothing", Effect = "Deny", Action = ["*"], Resource = ["*"] }
  policy_json = (
    length(local.allow_statements) == 0
    ? jsonencode({ Version = "2012-10-17", Statement = [local.deny_statement] })
    : jsonencode({ Version = "2012-10-17", Statement = local.allow_statements })
  )
}
