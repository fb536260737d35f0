################################################################################
# What the role may do: derived from images, secrets, keys and log groups
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
  ecr_repositories = distinct([
    for image in local.ecr_images :
    "arn:${local.partition}:ecr:${image.region}:${image.account}:repository/${image.repository}"
  ])

  # A secret's ARN has seven parts; a JSON key, stage and version follow it.
  secret_arns = distinct([
    for secret in var.secrets : join(":", slice(split(":", secret), 0, 7))
    if can(regex("^arn:[^:]+:secretsmanager:", secret))
  ])
  # An ARN may lack the six random characters at its end, but IAM sees them. Whether
  # a last word of six letters is they or part of the name, nobody can tell: then
  # both are granted. Small and capital letters mixed are no word.
  complete = "-[A-Za-z0-9]{6}$"
  a_word   = "-([a-z0-9]{6}|[A-Z0-9]{6}|[A-Z][a-z]{5})$"
  readable_secrets = flatten([
    for arn in sort(local.secret_arns) : concat(
      can(regex(local.complete, arn)) ? [arn] : [],
      can(regex(local.complete, arn)) && !can(regex(local.a_word, arn)) ? [] : ["${arn}-??????"],
    )
  ])

  # What credential specs of Windows containers are written in: an object in S3 or a
  # parameter, behind a word that says how it is used.
  specs = [
    for spec in var.credential_specs : regex("^credentialspec(?:domainless)?:(arn:.+)$", spec)[0]
    if can(regex("^credentialspec(domainless)?:arn:.+$", spec))
  ]

  parameter_arns = distinct(concat(
    [
      for secret in var.secrets : can(regex("^arn:", secret)) ? secret
      : "arn:${local.partition}:ssm:${local.region}:${local.account_id}:parameter/${trimprefix(secret, "/")}"
      if !can(regex("^arn:[^:]+:secretsmanager:", secret))
    ],
    [for arn in local.specs : arn if can(regex("^arn:[^:]+:ssm:", arn))],
  ))
  file_arns = distinct(concat(
    var.file_arns, [for arn in local.specs : arn if can(regex("^arn:[^:]+:s3:", arn))]
  ))

  # Each log group by its name, or all that have the tag of this module instance
  # (see modules/iam-policy, grants_by_tag.tf).
  logs = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group"
  # What all names begin with; the first and the last in order differ most.
  group_names = sort(distinct(var.log_group_names))
  beginning = try([
    for n in range(length(local.group_names[0]), -1, -1) : substr(local.group_names[0], 0, n)
    if startswith(reverse(local.group_names)[0], substr(local.group_names[0], 0, n))
  ][0], "")
  write_logs = {
    name = {
      own = {
        Resource = [
          for name in sort(distinct(concat(var.log_group_names, var.existing_log_group_names))) :
          "${local.logs}:${name}:log-stream:*"
        ]
      }
      other = []
    }
    tag = {
      own = {
        Resource = length(var.log_group_names) > 0 ? ["${local.logs}:${local.beginning}*:log-stream:*"] : []
        Condition = var.resource_tag == null ? {} : {
          StringEquals = { "aws:ResourceTag/${var.resource_tag.key}" = var.resource_tag.value }
        }
      }
      other = [
        for name in sort(distinct(var.existing_log_group_names)) : "${local.logs}:${name}:log-stream:*"
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
      Resource = sort(local.ecr_repositories)
    },
    {
      # The one `*`: this action knows no resource, AWS refuses any other.
      # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
      Sid      = "LogInToRegistry"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = length(local.ecr_repositories) > 0 ? ["*"] : []
    },
    {
      Sid      = "ReadSecrets"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = local.readable_secrets
    },
    {
      Sid      = "ReadSecretParameters"
      Action   = ["ssm:GetParameters"]
      Resource = sort(local.parameter_arns)
    },
    {
      Sid      = "ReadFiles"
      Action   = ["s3:GetObject"]
      Resource = sort(local.file_arns)
    },
    {
      Sid    = "FindBuckets"
      Action = ["s3:GetBucketLocation"]
      Resource = sort(distinct([
        for arn in local.file_arns : split("/", arn)[0]
      ]))
    },
    {
      # For the services that keep the secrets alone. The last `*` is for China,
      # where the names end with `.cn`.
      # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
      Sid       = "DecryptSecrets"
      Action    = ["kms:Decrypt"]
      Resource  = length(local.decrypting_services) == 0 ? [] : sort(distinct(var.kms_key_arns))
      Condition = { StringLike = { "kms:ViaService" = local.decrypting_services } }
    },
  ]

  write = ["logs:CreateLogStream", "logs:PutLogEvents"]
  needed = [
    for statement in concat(
      [
        merge({ Sid = "WriteLogs", Action = local.write }, local.write_logs[var.grant_by].own),
        { Sid = "WriteOtherLogs", Action = local.write, Resource = local.write_logs[var.grant_by].other },
      ],
      local.statements,
    ) : merge({ Effect = "Allow" }, statement) if length(statement.Resource) > 0
  ]

  # A public image and lines that go elsewhere: the role need do nothing, and IAM
  # takes no policy that says nothing.
  need_nothing = { Sid = "NeedNothing", Effect = "Deny", Action = ["*"], Resource = ["*"] }
  policy_json = (
    length(local.needed) == 0
    ? jsonencode({ Version = "2012-10-17", Statement = [local.need_nothing] })
    : jsonencode({ Version = "2012-10-17", Statement = local.needed })
  )
}
