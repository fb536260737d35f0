################################################################################
# Where one policy has no room for it all: several
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
################################################################################

locals {
  _inline_policy_size  = 10240
  _managed_policy_size = 6144
  _most_more_policies  = 10

  # How many there are must not depend on what they say: an ARN that is made in the
  # same plan has no length yet, nor can be known to be another's double. So they are
  # counted by what is asked for, some 90 characters each, and one may stay empty.
  _asked_for = (
    length(var.images) + length(var.secrets) + length(var.file_arns) + length(var.credential_specs)
  )
  _more_policies = (
    var.more_policies != null ? var.more_policies :
    min(local._most_more_policies, max(0, ceil((local._asked_for - 100) / 60)))
  )

  # Each resource of each statement in a row, with the characters it takes; the first
  # of a statement with what else the statement says.
  _heads = [
    for statement in local._needed[local._form] : length(jsonencode(merge(statement, { Resource = [] })))
  ]
  _row = flatten([
    for number, statement in local._needed[local._form] : [
      for index, arn in statement.Resource : {
        number = number
        arn    = arn
        size   = length(jsonencode(arn)) + 1 + (index == 0 ? local._heads[number] : 0)
      }
    ]
  ])
  _fits  = length(local._policy_json) <= local._inline_policy_size
  _sizes = local._row[*].size

  # The row is cut where a policy is full. What may stand over the edge is left free:
  # the last resource, and the head of a statement that is cut in two.
  _spare        = 60 + 2 * max(0, local._heads...) + max(0, [for one in local._row : length(one.arn)]...)
  _inline_room  = local._inline_policy_size - local._spare
  _managed_room = local._managed_policy_size - local._spare
  _starts = [
    for index in range(local._fits ? 0 : length(local._row)) :
    sum(concat([0], slice(local._sizes, 0, index)))
  ]
  _places = [
    for start in local._starts : start < local._inline_room
    ? 0 : 1 + floor((start - local._inline_room) / local._managed_room)
  ]
  _needed_more_policies = max(0, local._places...)

  _parts = [
    for place in range(1 + local._more_policies) : [
      for number, statement in local._needed[local._form] : merge(statement, {
        Resource = [
          for index, at in local._places : local._row[index].arn
          if at == place && local._row[index].number == number
        ]
      })
    ]
  ]

  # AWS asks nobody's leave for this call, so a policy that has nothing else to say
  # gives nothing away.
  _nothing_more = { Sid = "NothingMore", Effect = "Allow", Action = ["sts:GetCallerIdentity"], Resource = ["*"] }
  _policies = [
    for place, statements in local._parts : (
      place == 0 && local._fits
      ? local._policy_json
      : jsonencode({
        Version = "2012-10-17"
        Statement = concat(
          [for statement in statements : statement if length(statement.Resource) > 0],
          [
            for nothing in [local._nothing_more] : nothing
            if alltrue([for statement in statements : length(statement.Resource) == 0])
          ],
        )
      })
    )
  ]
}
