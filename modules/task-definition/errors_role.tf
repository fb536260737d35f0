################################################################################
# Mistakes in the roles of the programs in the containers
################################################################################

locals {
  role_errors = {
    for name, task in local.tasks : name => concat(
      flatten([
        for role in task.task_role == null ? [] : [local.roles[name]] : [
          for problem in concat(
            compact([
              can(regex(local.patterns.role, role.name)) &&
              length(role.name) <= local.limits.role_characters ? null : join(" ", [
                "name is ${jsonencode(role.name)}. It must have 1 to 64 letters, digits and +=,.@_-.",
                "Set another one in task_role.name.",
              ]),
              can(regex(local.patterns.role_path, role.path)) ? null :
              join(" ", [
                "path is ${jsonencode(role.path)}. It must begin and end with a slash, with letters, digits and",
                "+=,.@_- between slashes, e.g. \"/airflow/\".",
              ]),
              # A policy may grant all roles under such a path to the module instance that it belongs to.
              !can(regex("^/[^/]+/tasks/", role.path)) || startswith(role.path, var.task_role_path) ? null : join(" ", [
                "path is ${jsonencode(role.path)}. Another module instance may keep its task roles there and pass this",
                "one too. Set a path whose second level is not \"tasks\".",
              ]),
            ]),
            flatten([
              for sid, statement in role.statements : [
                for wrong in compact([
                  can(regex(local.patterns.sid, sid)) ? null :
                  " has a name that IAM refuses. It must have letters and digits only.",
                  contains(["Allow", "Deny"], statement.effect) ? null :
                  ".effect is ${jsonencode(statement.effect)}. It must be Allow or Deny.",
                  length(statement.actions) > 0 && alltrue([
                    for action in statement.actions : can(regex(local.patterns.action, action))
                    ]) ? null : join(" ", [
                    ".actions is ${jsonencode(statement.actions)}.",
                    "Each must be a service and an action, e.g. \"s3:GetObject\".",
                  ]),
                  length(statement.resources) > 0 ? null : ".resources is []. It must have ARNs, or \"*\".",
                ]) : "statements[${jsonencode(sid)}]${wrong}"
              ]
            ]),
          ) : "${task.at}.task_role.${problem}"
        ]
      ]),
      task.task_role == null || var.tasks[name].task_role_arn == null ? [] : [
        "${task.at} has both task_role and task_role_arn. A task has one role: leave one of them out."
      ],
    )
  }

  # An existing role may be known only after apply.
  role_arn_errors = {
    for name, task in local.tasks : name => concat(
      [
        for arn in task.task_role_arn[*] :
        join(" ", [
          "${task.at}.task_role_arn is ${jsonencode(arn)}. It must be the ARN of one role of this account,",
          "${coalesce(local.account_id, "<account>")}, in the partition ${coalesce(local.partition, "aws")},",
          "without wildcards and policy variables.",
        ])
        if arn != "" && !can(regex(local.patterns.role_arn, arn))
      ],
      [
        for key, volume in task.volumes : join(" ", [
          "${task.at}.volumes[${jsonencode(key)}].efs_volume_configuration.authorization_config.iam is \"ENABLED\",",
          "and the task has no role that EFS could let in. Set task_role or task_role_arn.",
        ])
        if(
          try(volume.efs_volume_configuration.authorization_config.iam, null) == "ENABLED" &&
          task.task_role == null && task.task_role_arn == null
        )
      ],
    )
  }
}
