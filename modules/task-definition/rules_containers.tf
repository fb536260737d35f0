################################################################################
# What is wrong in the containers, each as "<field> of container <name> = <value>"
################################################################################

locals {
  # Two containers may have one name here: that is refused further on.
  _names = distinct(local._containers[*].name)
  _of    = { for name in local._names : name => "of container ${jsonencode(name)}" }

  # An empty value in YAML is a null. By `try`: of what is left out there is nothing to
  # look into.
  _nulls = flatten([
    for container in local._containers : [
      for field in [
        "command", "entry_point", "environment", "environment_files", "secrets", "dns_servers",
        "dns_search_domains", "extra_hosts", "links", "docker_labels", "docker_security_options",
        "credential_specs", "system_controls", "resource_requirements", "depends_on", "ulimits",
        "volumes_from", "mount_points", "port_mappings",
      ] : "${field} ${local._of[container.name]} has a null: ${jsonencode(container[field])}"
      if try(anytrue([for value in container[field] : value == null]), false)
    ]
  ])

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
        if from != null && !can(regex(local._secret, from))
      ]
    ]
  ])

  _bad_images = [
    for container in local._containers : "image ${local._of[container.name]} = ${jsonencode(container.image)}"
    if !can(regex(local._image, container.image)) || length(split("@", container.image)[0]) > 255
  ]

  _bad_arns = flatten([[
    for container in local._containers : concat(
      [
        for arn in container.environment_files :
        "environment_files ${local._of[container.name]} = ${jsonencode(arn)}: give ARNs of objects in S3 whose names end in .env, e.g. \"arn:aws:s3:::bucket/nightly.env\""
        if arn != null && (!can(regex(local._s3_object, arn)) || !can(regex("\\.env$", arn)))
      ],
      length(container.environment_files) <= 10 ? [] : [
        "environment_files ${local._of[container.name]} has ${length(container.environment_files)}: ECS reads 10 at most"
      ],
      [
        # By name ECS finds one too, but the execution role is allowed what is named by ARN.
        for arn in container.repository_credentials[*].credentials_parameter :
        "repository_credentials.credentials_parameter ${local._of[container.name]} = ${jsonencode(arn)}: give the ARN of a secret in Secrets Manager"
        if !can(regex(local._secrets_manager, arn)) || length(split(":", arn)) > 7
      ],
      length(container.credential_specs) <= 1 ? [] : [
        "credential_specs ${local._of[container.name]} has ${length(container.credential_specs)}: ECS takes one"
      ],
      [
        for spec in container.credential_specs :
        "credential_specs ${local._of[container.name]} = ${jsonencode(spec)}: give credentialspecdomainless: and the ARN of a file in S3 or of a parameter${local._on_fargate ? "" : ", or credentialspec: and one"}"
        if spec != null && !can(regex("^credentialspec${local._on_fargate ? "" : "("}domainless${local._on_fargate ? "" : ")?"}:arn:[a-z-]+:(s3|ssm):.+$", spec))
      ],
    )
    ], [
    for name, volume in var.task.volumes : [
      for arn in volume.fsx_windows_file_server_volume_configuration[*].authorization_config.credentials_parameter :
      "volumes: ${jsonencode(name)}: fsx_windows_file_server_volume_configuration.authorization_config.credentials_parameter = ${jsonencode(arn)}: give the ARN of a secret in Secrets Manager or of a parameter"
      if !can(regex("^arn:[a-z-]+:(secretsmanager|ssm):[a-z0-9-]+:[0-9]{12}:(secret:|parameter/).+$", arn))
    ]
  ]])

  # By field: the value, the least and the most (null: any) that is legal.
  _bad_numbers = flatten([
    for container in local._containers : [
      for field, rule in {
        "cpu"                                 = [container.cpu, 0, null]
        "memory"                              = [container.memory, 6, null]
        "memory_reservation"                  = [container.memory_reservation, 6, null]
        "start_timeout"                       = [container.start_timeout, 2, local._on_fargate ? 120 : 86400]
        "stop_timeout"                        = [container.stop_timeout, 0, local._on_fargate ? 120 : 86400]
        "health_check.interval"               = [try(container.health_check.interval, null), 5, 300]
        "health_check.timeout"                = [try(container.health_check.timeout, null), 2, 60]
        "health_check.retries"                = [try(container.health_check.retries, null), 1, 10]
        "health_check.start_period"           = [try(container.health_check.start_period, null), 0, 300]
        "linux_parameters.max_swap"           = [try(container.linux_parameters.max_swap, null), 0, null]
        "linux_parameters.swappiness"         = [try(container.linux_parameters.swappiness, null), 0, 100]
        "linux_parameters.shared_memory_size" = [try(container.linux_parameters.shared_memory_size, null), 1, 1048576]
      } : "${field} ${local._of[container.name]} = ${rule[0]}: legal is ${rule[1]} ${rule[2] == null ? "and more" : "to ${rule[2]}"}, whole"
      if rule[0] == null ? false : rule[0] < rule[1] || floor(rule[0]) != rule[0] || (rule[2] == null ? false : rule[0] > rule[2])
    ]
  ])

  _bad_words = flatten([
    for container in local._containers : concat(
      [
        for name in keys(container.ulimits) :
        "ulimits ${local._of[container.name]} has ${jsonencode(name)}: legal are ${join(", ", local._ulimits)}"
        if !contains(local._ulimits, name)
      ],
      [
        # -1 is without a limit: more than any number.
        for name, limit in container.ulimits :
        "ulimits ${local._of[container.name]}: ${name} has soft_limit ${limit.soft_limit} over hard_limit ${limit.hard_limit}"
        if try(limit.hard_limit >= 0 && (limit.soft_limit > limit.hard_limit || limit.soft_limit < 0), false)
      ],
      [
        for type, value in container.resource_requirements :
        "resource_requirements ${local._of[container.name]} = ${jsonencode({ (type) = value })}: legal is a number of GPUs or ALL, { GPU = \"1\" }"
        if value != null && (type != "GPU" || !can(regex("^([1-9][0-9]*|ALL)$", value)))
      ],
      [
        for check in container.health_check[*] :
        "health_check.command ${local._of[container.name]} = ${jsonencode(check.command)}: it begins with CMD or CMD-SHELL, and the command follows"
        if !try(contains(["CMD", "CMD-SHELL"], check.command[0]), false) || length(check.command) < 2
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
        # On Fargate one only may be added: rules_places.tf says it.
        for field, names in {
          add  = local._on_fargate ? [] : flatten(container.linux_parameters[*].capabilities.add)
          drop = flatten(container.linux_parameters[*].capabilities.drop)
        } : "linux_parameters.capabilities.${field} ${local._of[container.name]} = ${jsonencode(names)}: legal are ${join(", ", local._capabilities)}"
        if length(setsubtract(names, local._capabilities)) > 0
      ],
      [
        # Some have a value: mode=1777.
        for tmpfs in flatten(container.linux_parameters[*].tmpfs) :
        "linux_parameters.tmpfs.mount_options ${local._of[container.name]} = ${jsonencode(tmpfs.mount_options)}: legal are ${join(", ", local._mount_options)}"
        if length(setsubtract([for option in tmpfs.mount_options : split("=", option)[0]], local._mount_options)) > 0
      ],
      [
        for tmpfs in flatten(container.linux_parameters[*].tmpfs) :
        "linux_parameters.tmpfs.size ${local._of[container.name]} = ${tmpfs.size}: legal is 1 and more, whole, in MiB"
        if tmpfs.size < 1 || floor(tmpfs.size) != tmpfs.size
      ],
    )
  ])
}
