################################################################################
# Mistakes in where log lines go
################################################################################

locals {
  # Other fields set these options, because DAGs and roles need the same values as the containers.
  refused_log_options = {
    "awslogs-create-group"  = "Leave it out and set create_log_group: the execution role may not create groups."
    "awslogs-group"         = "Leave it out and set log_group_name."
    "awslogs-region"        = "Leave it out: lines go to the region that the task runs in."
    "awslogs-stream-prefix" = "Leave it out and set log_stream_prefix."
  }

  router_file_options = ["config-file-type", "config-file-value"]
  log_routers = {
    for name, containers in local.containers : name => [
      for container in containers : container.name if container.firelens_configuration != null
    ]
  }

  log_errors = {
    for name, task in local.tasks : name => concat(
      flatten([
        for log in local.container_logs[name] : [
          for problem in concat(
            compact([
              task.on_fargate || contains(local.log_drivers, log.driver) ? null :
              "log_driver is ${jsonencode(log.driver)}. It must be one of ${join(", ", local.log_drivers)}.",

              !task.on_fargate || contains(local.fargate_log_drivers, log.driver) ? null : join(" ", [
                "log_driver is ${jsonencode(log.driver)}.",
                "It must be one of ${join(", ", local.fargate_log_drivers)} on Fargate.",
              ]),

              log.driver != "awsfirelens" || length(local.log_routers[name]) > 0 ? null : join(" ", [
                "log_driver is \"awsfirelens\", and no sidecar takes the lines.",
                "Set firelens_configuration in the sidecar that routes them.",
              ]),

              log.driver != "awsfirelens" || !contains(local.log_routers[name], log.name) ? null :
              "log_driver is \"awsfirelens\", but this container is itself the router. Set another log_driver.",
            ]),
            [
              for option, instead in local.refused_log_options : "options has ${option}. ${instead}"
              if log.driver == "awslogs" && can(log.options[option])
            ],
          ) : "${log.at}.log_configuration.${problem}"
        ]
      ]),
      length(local.log_routers[name]) < 2 ? [] : [
        join(" ", [
          "${task.at}: ${join(" and ", local.log_routers[name])} have a firelens_configuration.",
          "Only one container of a task may have it.",
        ])
      ],
      length(local.log_routers[name]) != 1 || anytrue([
        for log in local.container_logs[name] : log.driver == "awsfirelens"
        ]) ? [] : [
        join(" ", [
          "${task.at}: ${local.log_routers[name][0]} has a firelens_configuration, and no container logs to it.",
          "Set log_configuration.log_driver = \"awsfirelens\" in a container, or leave firelens_configuration out.",
        ])
      ],
      flatten([
        for container in local.containers[name] : [
          for firelens in container.firelens_configuration[*] : [
            for problem in compact([
              contains(["fluentbit", "fluentd"], firelens.type) ? null :
              "type is ${jsonencode(firelens.type)}. It must be fluentbit or fluentd.",

              length(setintersection(keys(firelens.options), local.router_file_options)) != 1 ? null : join(" ", [
                "options is ${jsonencode(firelens.options)}.",
                "Set both config-file-type and config-file-value, or neither.",
              ]),

              contains(
                task.on_fargate ? ["file"] : ["file", "s3"], lookup(firelens.options, "config-file-type", "file"),
                ) ? null : join(" ", [
                  "options is ${jsonencode(firelens.options)}. config-file-type must be",
                  task.on_fargate ? "file on Fargate: put the file into the image." : "file or s3.",
              ]),

              task.on_fargate || lookup(firelens.options, "config-file-type", "file") != "s3" ||
              can(regex(
                local.patterns.s3_object, lookup(firelens.options, "config-file-value", "arn:aws:s3:::-/-")
                )) ? null : join(" ", [
                "options is ${jsonencode(firelens.options)}.",
                "config-file-value must be the ARN of an object in S3, e.g. \"arn:aws:s3:::bucket/fluent.conf\".",
              ]),
            ]) : "${container.at}.firelens_configuration.${problem}"
          ]
        ]
      ]),
    )
  }

  # Names of groups may be known only after apply.
  log_group_errors = {
    for name, logs in local.container_logs : name => flatten([
      for log in logs : [
        for problem in log.driver != "awslogs" ? [] : compact([
          (log.is_sidecar && !log.own_group) || (
            can(regex(local.patterns.log_group, log.group)) && length(log.group) <= local.limits.log_group_characters
            ) ? null : join(" ", [
              "log_group_name is ${jsonencode(log.group)}.",
              "It must have 1 to 512 letters, digits and _/.#-, and must not be an ARN.",
          ]),
          can(regex(local.patterns.stream_prefix, log.prefix)) && (
            length(log.prefix) + length(log.name) + local.limits.log_stream_id_characters + 2
            <= local.limits.log_stream_characters
            ) ? null : join(" ", [
              "log_stream_prefix is ${jsonencode(log.prefix)}. It must not have a colon or an asterisk, and",
              "<prefix>/<container>/<id> has at most ${local.limits.log_stream_characters} characters.",
          ]),
          !log.is_sidecar || log.own_group || log.create_log_group != true ? null : join(" ", [
            "create_log_group is true, but log_group_name is not set.",
            "Set log_group_name, or leave create_log_group out: lines then go to the task's log group.",
          ]),
        ]) : "${log.at}.${problem}"
      ]
    ])
  }
}
