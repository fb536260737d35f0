################################################################################
# Where one policy has no room for it all: several
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
################################################################################

locals {
  inline_policy_size          = 10240
  managed_policy_size         = 6144
  max_additional_policy_count = 10

  # Each resource of each statement in a row, with the characters it takes; the first
  # of a statement with what else the statement says.
  heads = [
    for statement in local.needed : length(jsonencode(merge(statement, { Resource = [] })))
  ]
  row = flatten([
    for number, statement in local.needed : [
      for index, arn in statement.Resource : {
        number = number
        arn    = arn
        size   = length(jsonencode(arn)) + 1 + (index == 0 ? local.heads[number] : 0)
      }
    ]
  ])
  fits  = length(local.policy_json) <= local.inline_policy_size
  sizes = local.row[*].size

  # The row is cut where a policy is full. What may stand over the edge is left free:
  # the last resource, and the head of a statement that is cut in two.
  spare        = 60 + 2 * max(0, local.heads...) + max(0, [for one in local.row : length(one.arn)]...)
  inline_room  = local.inline_policy_size - local.spare
  managed_room = local.managed_policy_size - local.spare
  starts = [
    for index in range(local.fits ? 0 : length(local.row)) :
    sum(concat([0], slice(local.sizes, 0, index)))
  ]
  places = [
    for start in local.starts : start < local.inline_room
    ? 0 : 1 + floor((start - local.inline_room) / local.managed_room)
  ]
  needed_additional_policy_count = max(0, local.places...)

  too_long = join("", [
    "The execution role's policy has ${length(local.policy_json)} characters. The inline policy has room for ",
    "${local.inline_policy_size}, each additional managed policy for ${local.managed_policy_size}. ",
    local.needed_additional_policy_count <= local.max_additional_policy_count
    ? join("", [
      "Set additional_policy_count = ${local.needed_additional_policy_count} ",
      "(execution_role.additional_policy_count in the root module); it is ${var.additional_policy_count}.",
    ])
    : join("", [
      "A role can have ${local.max_additional_policy_count} of them, and it would need ",
      "${local.needed_additional_policy_count}. The policy lists the repositories of ",
      "${length(distinct(var.images))} images, ${length(distinct(var.secrets))} secrets, ",
      "${length(local.file_arns)} files",
      var.grant_by == "name" ? " and ${length(var.log_group_names)} log groups; grant_by = \"tag\" does not list those" : "",
      ". Share some of them among tasks, split the tasks over several module instances, or use an existing role.",
    ]),
  ])

  parts = [
    for place in range(1 + var.additional_policy_count) : [
      for number, statement in local.needed : merge(statement, {
        Resource = [
          for index, at in local.places : local.row[index].arn
          if at == place && local.row[index].number == number
        ]
      })
    ]
  ]

  # AWS asks nobody's leave for this call, so a policy that has nothing else to say
  # gives nothing away.
  nothing_more = { Sid = "NothingMore", Effect = "Allow", Action = ["sts:GetCallerIdentity"], Resource = ["*"] }
  policies = [
    for place, statements in local.parts : (
      place == 0 && local.fits
      ? local.policy_json
      : jsonencode({
        Version = "2012-10-17"
        Statement = concat(
          [for statement in statements : statement if length(statement.Resource) > 0],
          [
            for nothing in [local.nothing_more] : nothing
            if alltrue([for statement in statements : length(statement.Resource) == 0])
          ],
        )
      })
    )
  ]
}
