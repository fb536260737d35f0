################################################################################
# What is wrong in the containers, each as "<field> of container <name> = <value>"
################################################################################

locals {
  # Two containers may have one name here: that is refused further on.
  _names = distinct(local._containers[*].name)
  _of    = { for name in local._names : name => "of container ${jsonencode(name)}" }

  _environment_and_secret = flatten([
    for container in local._containers : [
      for name in setintersection(keys(container.environment), keys(container.secrets)) :
      "${name} ${local._of[container.name]}"
    ]
  ])

  _bad_secrets = flatten([
    for container in local._containers : [
      for field, secrets in {
        "secrets"                          = container.secrets
        "log_configuration.secret_options" = container.log_configuration.secret_options
        } : [
        for name, from in secrets :
        # Whoever writes the secret itself here must not find it in a log.
        "${field}: ${name} ${local._of[container.name]} is ${startswith(from, "arn:") ? from : "neither ARN nor name"}"
        if !can(regex(local._secret, from))
      ]
    ]
  ])

  _bad_images = [
    for container in local._containers : "image ${local._of[container.name]} = ${jsonencode(container.image)}"
    if !can(regex(local._image, container.image))
  ]

  _bad_arns = flatten([
    for container in local._containers : concat(
      [
        for arn in container.environment_files :
        "environment_files ${local._of[container.name]} = ${jsonencode(arn)}: give ARNs of objects in S3, e.g. \"arn:aws:s3:::bucket/nightly.env\""
        if !can(regex(local._s3_object, arn))
      ],
      [
        for arn in container.repository_credentials[*].credentials_parameter :
        "repository_credentials.credentials_parameter ${local._of[container.name]} = ${jsonencode(arn)}: give the ARN of a secret in Secrets Manager"
        if !can(regex(local._secrets_manager, arn)) || length(split(":", arn)) > 7
      ],
    )
  ])

  _bad_numbers = flatten([
    for container in local._containers : concat(
      [
        for field, rule in {
          "start_timeout"                       = [container.start_timeout, 2, local._on_fargate ? 120 : 86400]
          "stop_timeout"                        = [container.stop_timeout, 0, local._on_fargate ? 120 : 86400]
          "health_check.interval"               = [try(container.health_check.interval, null), 5, 300]
          "health_check.timeout"                = [try(container.health_check.timeout, null), 2, 60]
          "health_check.retries"                = [try(container.health_check.retries, null), 1, 10]
          "health_check.start_period"           = [try(container.health_check.start_period, null), 0, 300]
          "linux_parameters.swappiness"         = [try(container.linux_parameters.swappiness, null), 0, 100]
          "linux_parameters.shared_memory_size" = [try(container.linux_parameters.shared_memory_size, null), 1, 1048576]
        } : "${field} ${local._of[container.name]} = ${rule[0]}: legal is ${rule[1]} to ${rule[2]}"
        if rule[0] == null ? false : rule[0] < rule[1] || rule[0] > rule[2]
      ],
      [
        for port in flatten([for p in container.port_mappings : [p.container_port, p.host_port]]) :
        "port_mappings ${local._of[container.name]} has the port ${port}: legal is 1 to 65535"
        if port == null ? false : port < 1 || port > 65535
      ],
    )
  ])

  _bad_words = flatten([
    for container in local._containers : concat(
      [
        for name in keys(container.ulimits) :
        "ulimits ${local._of[container.name]} has ${jsonencode(name)}: legal are ${join(", ", local._ulimits)}"
        if !contains(local._ulimits, name)
      ],
      [
        for name, limit in container.ulimits :
        "ulimits ${local._of[container.name]}: ${name} has soft_limit ${limit.soft_limit} over hard_limit ${limit.hard_limit}"
        if limit.hard_limit >= 0 && limit.soft_limit > limit.hard_limit
      ],
      [
        for type, value in container.resource_requirements :
        "resource_requirements ${local._of[container.name]} = ${jsonencode({ (type) = value })}: legal is a number of GPUs, { GPU = \"1\" }"
        if type != "GPU" || !can(regex("^[1-9][0-9]*$", value))
      ],
      [
        for port in container.port_mappings :
        "port_mappings.protocol ${local._of[container.name]} = ${jsonencode(port.protocol)}: legal are tcp and udp"
        if !contains(["tcp", "udp"], port.protocol)
      ],
      [
        for port in container.port_mappings :
        "port_mappings ${local._of[container.name]}: each has either container_port or container_port_range"
        if(port.container_port == null) == (port.container_port_range == null)
      ],
      [
        for port in container.port_mappings :
        "port_mappings ${local._of[container.name]}: host_port = ${port.host_port} with container_port = ${port.container_port}: with network_mode awsvpc they are the same"
        if local._awsvpc && port.host_port != null && port.host_port != port.container_port
      ],
      [
        for check in container.health_check[*] :
        "health_check.command ${local._of[container.name]} = ${jsonencode(check.command)}: it begins with CMD or CMD-SHELL, and the command follows"
        if !contains(["CMD", "CMD-SHELL"], try(check.command[0], "")) || length(check.command) < 2
      ],
      [
        for value in container.version_consistency[*] :
        "version_consistency ${local._of[container.name]} = ${jsonencode(value)}: legal are enabled and disabled"
        if !contains(["enabled", "disabled"], value)
      ],
      [
        for device in flatten(container.linux_parameters[*].devices) :
        "linux_parameters.devices.permissions ${local._of[container.name]} = ${jsonencode(device.permissions)}: legal are read, write and mknod"
        if length(setsubtract(device.permissions, ["read", "write", "mknod"])) > 0
      ],
      [
        for firelens in container.firelens_configuration[*] :
        "firelens_configuration.type ${local._of[container.name]} = ${jsonencode(firelens.type)}: legal are fluentbit and fluentd"
        if !contains(["fluentbit", "fluentd"], firelens.type)
      ],
    )
  ])

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
  _log_drivers = (
    local._on_fargate
    ? ["awslogs", "awsfirelens", "splunk"]
    : ["awslogs", "awsfirelens", "fluentd", "gelf", "journald", "json-file", "splunk", "syslog"]
  )
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
    length(local._routers) < 2 ? [] : [
      "firelens_configuration stands in ${join(" and ", local._routers)}: one container of a task may have it"
    ],
  )

  ##############################################################################
  # Sums
  ##############################################################################

  # What ECS sets aside for a container: its reservation, else its limit.
  _reserved_memory = sum([
    for container in local._containers : coalesce(container.memory_reservation, container.memory, 0)
  ])
  _reserved_cpu = sum([for container in local._containers : coalesce(container.cpu, 0)])
  _bad_sums = concat(
    local._reserved_memory <= var.task.memory ? [] : [
      "memory of the containers (${join(" + ", [for c in local._containers : "${coalesce(c.memory_reservation, c.memory, 0)} of ${c.name}"])}) is ${local._reserved_memory} MiB, the task's is ${var.task.memory}"
    ],
    local._reserved_cpu <= var.task.cpu ? [] : [
      "cpu of the containers (${join(" + ", [for c in local._containers : "${coalesce(c.cpu, 0)} of ${c.name}"])}) is ${local._reserved_cpu}, the task's is ${var.task.cpu}"
    ],
    flatten([
      for container in local._containers : [
        for problem in [
          coalesce(container.memory, 0) <= var.task.memory ? "" :
          "memory ${local._of[container.name]} = ${coalesce(container.memory, 0)}: over the task's, ${var.task.memory}",
          coalesce(container.memory, 6) >= 6 && coalesce(container.memory_reservation, 6) >= 6 ? "" :
          "memory or memory_reservation ${local._of[container.name]} is under 6 MiB, less than a container needs",
          container.memory == null || container.memory_reservation == null ? "" :
          coalesce(container.memory, 0) > coalesce(container.memory_reservation, 0) ? "" :
          "memory_reservation ${local._of[container.name]} = ${coalesce(container.memory_reservation, 0)}: memory (${coalesce(container.memory, 0)}) must be more",
        ] : problem if problem != ""
      ]
    ]),
  )
}
