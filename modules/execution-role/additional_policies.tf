################################################################################
# Additional policies: grants that the inline policy has no room for
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
################################################################################

locals {
  inline_policy_size          = 10240
  managed_policy_size         = 6144
  max_additional_policy_count = 10

  # One list of the resources of all statements, each with its number of characters. The first
  # resource of a statement counts the rest of the statement too.
  statement_sizes = [
    for statement in local.allow_statements : length(jsonencode(merge(statement, { Resource = [] })))
  ]
  resources = flatten([
    for number, statement in local.allow_statements : [
      for index, arn in statement.Resource : {
        statement = number
        arn       = arn
        size      = length(jsonencode(arn)) + 1 + (index == 0 ? local.statement_sizes[number] : 0)
      }
    ]
  ])
  fits_inline    = length(local.policy_json) <= local.inline_policy_size
  resource_sizes = local.resources[*].size

  # A policy is full when its size is reached. Two things can exceed it: the last resource, and
  # the rest of a statement that is in two policies. Each policy keeps a reserve for them.
  reserve      = 60 + 2 * max(0, local.statement_sizes...) + max(0, [for one in local.resources : length(one.arn)]...)
  inline_room  = local.inline_policy_size - local.reserve
  managed_room = local.managed_policy_size - local.reserve

  # The characters before each resource. They are summed up in chunks, because a sum over all resources before each
  # one takes Terraform seconds for a thousand of them.
  chunk_size  = 32
  chunk_sizes = [for chunk in chunklist(local.resource_sizes, local.chunk_size) : sum(chunk)]
  chunk_offsets = [
    for chunk in range(length(local.chunk_sizes)) : sum(concat([0], slice(local.chunk_sizes, 0, chunk)))
  ]
  offsets = [
    for index in range(local.fits_inline ? 0 : length(local.resources)) : sum(concat(
      [local.chunk_offsets[floor(index / local.chunk_size)]],
      slice(local.resource_sizes, index - index % local.chunk_size, index),
    ))
  ]
  policy_indexes = [
    for offset in local.offsets : offset < local.inline_room
    ? 0 : 1 + floor((offset - local.inline_room) / local.managed_room)
  ]
  needed_additional_policy_count = max(0, local.policy_indexes...)

  size_error = join("", [
    "The execution role's policy has ${length(local.policy_json)} characters. The inline policy has room for ",
    "${local.inline_policy_size}, each additional managed policy for ${local.managed_policy_size}. ",
    local.needed_additional_policy_count <= local.max_additional_policy_count
    ? join("", [
      "Set additional_policy_count = ${local.needed_additional_policy_count} ",
      "(execution_role.additional_policy_count in the root module); it is ${var.additional_policy_count}.",
    ])
    : join("", [
      "A role can have ${local.max_additional_policy_count} of them, and this one needs ",
      "${local.needed_additional_policy_count}. The policy lists the repositories of ",
      "${length(toset(var.images))} images, ${length(toset(var.secrets))} secrets, ",
      "${length(toset(local.file_arns))} files",
      var.grant_by == "name"
      ? " and ${length(var.log_group_names)} log groups; grant_by = \"tag\" does not list those" : "",
      ". Share some of them among tasks, split the tasks over several module instances, or use an existing role.",
    ]),
  ])

  arns_by_place = {
    for index, policy_index in local.policy_indexes :
    "${policy_index}/${local.resources[index].statement}" => local.resources[index].arn...
  }
  statements_by_policy = [
    for policy in range(1 + var.additional_policy_count) : [
      for number, statement in local.allow_statements : merge(statement, {
        Resource = lookup(local.arns_by_place, "${policy}/${number}", [])
      })
    ]
  ]

  # IAM accepts no policy without a statement. Every caller can make this call without a grant,
  # so a policy that holds only this statement grants nothing.
  empty_statement = { Sid = "NothingMore", Effect = "Allow", Action = ["sts:GetCallerIdentity"], Resource = ["*"] }
  policies = [
    for index, statements in local.statements_by_policy : (
      index == 0 && local.fits_inline
      ? local.policy_json
      : jsonencode({
        Version = "2012-10-17"
        Statement = concat(
          [for statement in statements : statement if length(statement.Resource) > 0],
          [
            for statement in [local.empty_statement] : statement
            if alltrue([for statement in statements : length(statement.Resource) == 0])
          ],
        )
      })
    )
  ]
}
