################################################################################
# What is wrong in the role of the program in the containers
################################################################################

locals {
  # The role is made here, so its name and what it may do must be legal too.
  _bad_role = !local._has_role ? [] : [
    for problem in concat(
      [
        can(regex(local._role_word, local._role_name)) ? "" :
        "name = ${jsonencode(local._role_name)}: a role's name has 1 to 64 letters, digits and +=,.@_-, nothing else; say one in task_role.name",
        can(regex(local._role_path_word, local._role_path)) ? "" :
        "path = ${jsonencode(local._role_path)}: a path begins and ends with a slash and has letters, digits and +=,.@_- between slashes, e.g. \"/airflow/\"",
        # A policy may grant all roles of such a path, to the instance that it belongs to.
        !can(regex("^/[^/]+/tasks/", local._role_path)) || startswith(local._role_path, var.task_role_path) ? "" :
        "path = ${jsonencode(local._role_path)}: another module instance may keep its task roles there and pass this one too. Set a path whose second level is not \"tasks\"",
        var.task.task_role_arn == null ? "" : "task_role_arn is given too; a task has one role",
      ],
      [
        for sid, statement in local._role_statements :
        "statements: ${jsonencode(sid)}: a statement's name has letters and digits, nothing else"
        if !can(regex("^[a-zA-Z0-9]+$", sid))
      ],
      [
        for sid, statement in local._role_statements :
        "statements: ${jsonencode(sid)}: effect = ${jsonencode(statement.effect)}: legal are Allow and Deny"
        if !contains(["Allow", "Deny"], statement.effect)
      ],
      [
        for sid, statement in local._role_statements :
        "statements: ${jsonencode(sid)}: actions = ${jsonencode(statement.actions)}: each is a service and an action, e.g. \"s3:GetObject\""
        if length(statement.actions) == 0 || !alltrue([for action in statement.actions : can(regex("^([a-z0-9-]+:[a-zA-Z0-9*?]+|\\*)$", action))])
      ],
      [
        for sid, statement in local._role_statements :
        "statements: ${jsonencode(sid)}: resources = []: give ARNs, or \"*\""
        if length(statement.resources) == 0
      ],
    ) : "task_role.${problem}" if problem != ""
  ]
  # Where a role is given, it may be known only after apply: this is a list of its own,
  # so that the others are judged before.
  _role_for_efs = [
    for name, volume in var.task.volumes :
    "volumes: ${jsonencode(name)}: efs_volume_configuration.authorization_config.iam = \"ENABLED\" lets in the task's role, and there is none: give task_role or task_role_arn"
    if try(volume.efs_volume_configuration.authorization_config.iam, null) == "ENABLED" && !local._has_role && var.task.task_role_arn == null
  ]
}
