################################################################################
# What is wrong in where lines go
################################################################################

locals {
  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
  _log_drivers = (
    local._on_fargate
    ? ["awslogs", "awsfirelens", "splunk"]
    : ["awslogs", "awsfirelens", "fluentd", "gelf", "journald", "json-file", "splunk", "syslog"]
  )

  # What DAGs and the roles are told must be what the containers do.
  _options_said_elsewhere = {
    "awslogs-create-group"  = "say create_log_group; the execution role may make none"
    "awslogs-group"         = "say log_group_name"
    "awslogs-region"        = "lines go to the region that the task runs in"
    "awslogs-stream-prefix" = "say log_stream_prefix"
  }

  _routers = [for container in local._containers : container.name if container.firelens_configuration != null]
  _bad_logs = concat(
    flatten([
      for container in local._containers : [
        for problem in [
          contains(local._log_drivers, container.log_configuration.log_driver) ? "" :
          "legal are ${join(", ", local._log_drivers)}${local._on_fargate ? " on Fargate" : ""}",
          container.log_configuration.log_driver != "awsfirelens" || length(local._routers) > 0 ? "" :
          "no sidecar has a firelens_configuration, so nothing takes the lines",
          container.log_configuration.log_driver != "awsfirelens" || container.firelens_configuration == null ? "" :
          "this container is itself the router",
        ] : "log_configuration.log_driver ${local._of[container.name]} = ${jsonencode(container.log_configuration.log_driver)}: ${problem}"
        if problem != ""
      ]
    ]),
    flatten([
      for container in local._containers : [
        for option, instead in local._options_said_elsewhere :
        "log_configuration.options ${local._of[container.name]} has ${option}: ${instead}"
        if container.log_configuration.log_driver == "awslogs" && contains(keys(container.log_configuration.options), option)
      ]
    ]),
    length(local._routers) < 2 ? [] : [
      "firelens_configuration stands in ${join(" and ", local._routers)}: one container of a task may have it"
    ],
    flatten([
      for container in local._containers : [
        for firelens in container.firelens_configuration[*] :
        "firelens_configuration.type ${local._of[container.name]} = ${jsonencode(firelens.type)}: legal are fluentbit and fluentd"
        if !contains(["fluentbit", "fluentd"], firelens.type)
      ]
    ]),
    flatten([
      for container in local._containers : [
        for options in container.firelens_configuration[*].options : [
          for problem in [
            contains(keys(options), "config-file-type") == contains(keys(options), "config-file-value") ? "" :
            "config-file-type and config-file-value go together",
            contains(local._on_fargate ? ["file"] : ["file", "s3"], lookup(options, "config-file-type", "file")) ? "" :
            "config-file-type is ${local._on_fargate ? "file on Fargate: put the file into the image" : "file or s3"}",
            local._on_fargate || lookup(options, "config-file-type", "file") != "s3" || can(regex(local._s3_object, lookup(options, "config-file-value", "arn:aws:s3:::-/-"))) ? "" :
            "config-file-value is the ARN of an object in S3, e.g. \"arn:aws:s3:::bucket/fluent.conf\"",
          ] : "firelens_configuration.options ${local._of[container.name]} = ${jsonencode(options)}: ${problem}"
          if problem != ""
        ]
      ]
    ]),
  )
}
