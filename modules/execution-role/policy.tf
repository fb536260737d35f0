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
  # An ARN may lack the six random characters at its end, but IAM sees them. Whether
  # a last word of six letters is they or part of the name, nobody can tell: then
  # both are granted. Small and capital letters mixed are no word.
  _complete = "-[A-Za-z0-9]{6}$"
  _a_word   = "-([a-z0-9]{6}|[A-Z0-9]{6}|[A-Z][a-z]{5})$"
  _readable_secrets = flatten([
    for arn in sort(local._secret_arns) : concat(
      can(regex(local._complete, arn)) ? [arn] : [],
      can(regex(local._complete, arn)) && !can(regex(local._a_word, arn)) ? [] : ["${arn}-??????"],
    )
  ])

  # What credential specs of Windows containers are written in: an object in S3 or a
  # parameter, behind a word that says how it is used.
  _specs = [
    for spec in var.credential_specs : regex("^credentialspec(?:domainless)?:(arn:.+)$", spec)[0]
    if can(regex("^credentialspec(domainless)?:arn:.+$", spec))
  ]

  _parameter_arns = distinct(concat(
    [
      for secret in var.secrets : can(regex("^arn:", secret)) ? secret
      : "arn:${local._partition}:ssm:${local._region}:${local._account_id}:parameter/${trimprefix(secret, "/")}"
      if !can(regex("^arn:[^:]+:secretsmanager:", secret))
    ],
    [for arn in local._specs : arn if can(regex("^arn:[^:]+:ssm:", arn))],
  ))
  _file_arns = distinct(concat(
    var.file_arns, [for arn in local._specs : arn if can(regex("^arn:[^:]+:s3:", arn))]
  ))

  # Each log group by its name; or, where that makes the policy too long, by the
  # tag that the call's own groups have (see modules/iam-policy, grants_by_tag.tf).
  _logs = "arn:${local._partition}:logs:${local._region}:${local._account_id}:log-group"
  # What all names begin with; the first and the last in order differ most.
  _group_names = sort(distinct(var.log_group_names))
  _beginning = try([
    for n in range(length(local._group_names[0]), -1, -1) : substr(local._group_names[0], 0, n)
    if startswith(reverse(local._group_names)[0], substr(local._group_names[0], 0, n))
  ][0], "")
  _write_logs = {
    name = {
      own = {
        Resource = [
          for name in sort(distinct(concat(var.log_group_names, var.other_log_group_names))) :
          "${local._logs}:${name}:log-stream:*"
        ]
      }
      other = []
    }
    tag = {
      own = {
        Resource = length(var.log_group_names) > 0 ? ["${local._logs}:${local._beginning}*:log-stream:*"] : []
        Condition = var.own_tag == null ? {} : {
          StringEquals = { "aws:ResourceTag/${var.own_tag.key}" = var.own_tag.value }
        }
      }
      other = [
        for name in sort(distinct(var.other_log_group_names)) : "${local._logs}:${name}:log-stream:*"
      ]
    }
  }

  _decrypting_services = distinct(concat(
    [for arn in local._secret_arns : "secretsmanager.${split(":", arn)[3]}.amazonaws.com*"],
    [for arn in local._parameter_arns : "ssm.${split(":", arn)[3]}.amazonaws.com*"],
    [for arn in local._file_arns : "s3.${local._region}.amazonaws.com*"],
  ))

  _statements = [
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
      Sid      = "ReadSecrets"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = local._readable_secrets
    },
    {
      Sid      = "ReadSecretParameters"
      Action   = ["ssm:GetParameters"]
      Resource = sort(local._parameter_arns)
    },
    {
      Sid      = "ReadFiles"
      Action   = ["s3:GetObject"]
      Resource = sort(local._file_arns)
    },
    {
      Sid    = "FindBuckets"
      Action = ["s3:GetBucketLocation"]
      Resource = sort(distinct([
        for arn in local._file_arns : split("/", arn)[0]
      ]))
    },
    {
      # For the services that keep the secrets alone. The last `*` is for China,
      # where the names end with `.cn`.
      # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
      Sid       = "DecryptSecrets"
      Action    = ["kms:Decrypt"]
      Resource  = length(local._decrypting_services) == 0 ? [] : sort(distinct(var.kms_key_arns))
      Condition = { StringLike = { "kms:ViaService" = local._decrypting_services } }
    },
  ]

  _write = ["logs:CreateLogStream", "logs:PutLogEvents"]
  _needed = {
    for form, logs in local._write_logs : form => [
      for statement in concat(
        [
          merge({ Sid = "WriteLogs", Action = local._write }, logs.own),
          { Sid = "WriteOtherLogs", Action = local._write, Resource = logs.other },
        ],
        local._statements,
      ) : merge({ Effect = "Allow" }, statement) if length(statement.Resource) > 0
    ]
  }
  _whole = {
    for form, statements in local._needed : form => jsonencode({
      Version   = "2012-10-17"
      Statement = statements
    })
  }
  _by_tag = var.own_tag != null && length(local._whole["name"]) > local._inline_policy_size
  _form   = local._by_tag ? "tag" : "name"

  # A public image and lines that go elsewhere: the role need do nothing, and IAM
  # takes no policy that says nothing.
  _need_nothing = { Sid = "NeedNothing", Effect = "Deny", Action = ["*"], Resource = ["*"] }
  _policy_json = (
    length(local._needed[local._form]) == 0
    ? jsonencode({ Version = "2012-10-17", Statement = [local._need_nothing] })
    : local._whole[local._form]
  )
}
