################################################################################
# Mistakes in the containers' own fields
################################################################################

locals {
  # Lists and maps where a null is most likely an empty value in YAML.
  fields_without_nulls = [
    "command", "entry_point", "environment", "environment_files", "secrets", "dns_servers",
    "dns_search_domains", "extra_hosts", "links", "docker_labels", "docker_security_options",
    "credential_specs", "system_controls", "resource_requirements", "depends_on", "ulimits",
    "volumes_from", "mount_points", "port_mappings",
  ]

  container_errors = {
    for name, task in local.tasks : name => concat(
      flatten([
        for container in local.containers[name] : [
          for problem in concat(
            [
              for field in local.fields_without_nulls :
              "${field} is ${jsonencode(container[field])}. Give the null a value, or leave it out."
              if try(anytrue([for value in container[field] : value == null]), false)
            ],
            [
              for field in ["environment", "secrets"] :
              "${field} has a variable without a name. Give it one, or leave it out."
              if contains([for variable in keys(container[field]) : trimspace(variable)], "")
            ],
            [
              for variable in setintersection(keys(container.environment), keys(container.secrets)) : join(" ", [
                "environment and secrets both have ${jsonencode(variable)}.",
                "ECS accepts a variable in one of them: remove it from the other.",
              ])
            ],
            [
              for field, value in merge(
                {
                  cpu                = container.cpu
                  memory             = container.memory
                  memory_reservation = container.memory_reservation
                  start_timeout      = container.start_timeout
                  stop_timeout       = container.stop_timeout
                },
                container.health_check == null ? {} : {
                  "health_check.interval"     = container.health_check.interval
                  "health_check.timeout"      = container.health_check.timeout
                  "health_check.retries"      = container.health_check.retries
                  "health_check.start_period" = container.health_check.start_period
                },
                container.linux_parameters == null ? {} : {
                  "linux_parameters.max_swap"           = container.linux_parameters.max_swap
                  "linux_parameters.swappiness"         = container.linux_parameters.swappiness
                  "linux_parameters.shared_memory_size" = container.linux_parameters.shared_memory_size
                },
                ) : join(" ", [
                  "${lookup(container.fields, field, field)} is ${value}.",
                  "It must be ${local.range_texts[task.on_fargate ? "fargate" : "instances"][field]}.",
              ])
              if value == null ? false : (
                floor(value) != value ||
                value < local.ranges[field][0] ||
                value > coalesce((task.on_fargate ? local.fargate_ranges : local.ranges)[field][1], value)
              )
            ],
            [
              for limit in keys(container.ulimits) :
              "ulimits has ${jsonencode(limit)}. It must be one of ${join(", ", local.ulimits)}."
              if !contains(local.ulimits, limit)
            ],
            [
              # A limit of -1 means unlimited.
              for key, limit in container.ulimits : join(" ", [
                "ulimits[${jsonencode(key)}].soft_limit is ${limit.soft_limit}.",
                "It must not be over hard_limit, ${limit.hard_limit}.",
              ])
              if try(limit.hard_limit >= 0 && (limit.soft_limit > limit.hard_limit || limit.soft_limit < 0), false)
            ],
            [
              for type, value in container.resource_requirements : join(" ", [
                "resource_requirements has ${jsonencode({ (type) = value })}.",
                "It must be a number of GPUs, or ALL, e.g. { GPU = \"1\" }.",
              ])
              if value == null ? false : type != "GPU" || !can(regex(local.patterns.gpus, value))
            ],
            [
              # A first element with a blank is a command line, which needs a shell.
              for check in container.health_check[*] : join(" ", [
                "health_check.command is ${jsonencode(check.command)}.",
                "It must begin with CMD-SHELL and a command line, with CMD and a program, or with a program.",
              ])
              if try(
                check.command[0] == "" || (
                  contains(["CMD", "CMD-SHELL"], check.command[0])
                  ? length(check.command) < 2 : can(regex("\\s", check.command[0]))
                ),
                true,
              )
            ],
            [
              for value in container.version_consistency[*] :
              "version_consistency is ${jsonencode(value)}. It must be enabled or disabled."
              if !contains(["enabled", "disabled", ""], value)
            ],
            flatten([
              for linux in container.linux_parameters[*] : concat(
                [
                  for device in linux.devices : join(" ", [
                    "linux_parameters.devices.permissions is ${jsonencode(device.permissions)}.",
                    "Each must be one of read, write and mknod.",
                  ])
                  if length(setsubtract(device.permissions, ["read", "write", "mknod"])) > 0
                ],
                [
                  # errors_placement.tf has the one capability that Fargate can add.
                  for field, names in merge(
                    { drop = linux.capabilities.drop }, task.on_fargate ? {} : { add = linux.capabilities.add },
                    ) : join(" ", [
                      "linux_parameters.capabilities.${field} is ${jsonencode(names)}.",
                      "Each must be one of ${join(", ", local.capabilities)}.",
                  ])
                  if length(setsubtract(names, local.capabilities)) > 0
                ],
                [
                  # An option can have a value, e.g. mode=1777.
                  for tmpfs in linux.tmpfs : join(" ", [
                    "linux_parameters.tmpfs.mount_options is ${jsonencode(tmpfs.mount_options)}.",
                    "Each must be one of ${join(", ", local.mount_options)}.",
                  ])
                  if length(setsubtract(
                    [for option in tmpfs.mount_options : split("=", option)[0]], local.mount_options
                  )) > 0
                ],
                [
                  for tmpfs in linux.tmpfs : join(" ", [
                    "linux_parameters.tmpfs.size is ${tmpfs.size}.",
                    "It must be ${local.range_texts.instances["linux_parameters.tmpfs.size"]}, in MiB.",
                  ])
                  if tmpfs.size < local.ranges["linux_parameters.tmpfs.size"][0] || floor(tmpfs.size) != tmpfs.size
                ],
              )
            ]),
          ) : "${container.at}.${problem}"
        ]
      ]),
      [
        for key, volume in task.volumes :
        "${task.at}.volumes[${jsonencode(key)}] is null. Set {} for an empty volume, or leave it out."
        if volume == null
      ],
    )
  }

  # The values that the rules below read may be known only after apply.

  image_errors = {
    for name, containers in local.containers : name => [
      for container in containers : join(" ", [
        "${container.at}.image is ${jsonencode(container.image)}. It must be [registry/]name[:tag][@digest]:",
        "the name in lower case, no https:// before it, a digest of sha256: and 64 hexadecimal digits,",
        "and at most ${local.limits.image_characters} characters before that.",
      ])
      if anytrue([
        !can(regex(local.patterns.image, container.image)),
        length(split("@", container.image)[0]) > local.limits.image_characters,
        length(try(split(":", split("@", basename(container.image))[0])[1], "")) > local.limits.tag_characters,
        try(length(split("@sha256:", container.image)[1]) != local.limits.sha256_characters, false),
      ])
    ]
  }

  secret_errors = {
    for name, task in local.tasks : name => flatten([
      for container in local.containers[name] : concat(
        [
          # The message leaves out a value that is not an ARN: it may be the secret itself.
          for at, from in merge(
            { for key, from in container.secrets : "secrets[${jsonencode(key)}]" => from },
            {
              for key, from in container.log_configuration.secret_options :
              "log_configuration.secret_options[${jsonencode(key)}]" => from
            },
            ) : join(" ", [
              "${container.at}.${at} is ${startswith(from, "arn:") ? jsonencode(from) : "neither an ARN nor a name"}.",
              "It must be the ARN of a secret in Secrets Manager (\":json-key:stage:version\" may follow), or the ARN",
              "or name of a parameter in Parameter Store, never the secret itself.",
          ])
          if from == null ? false : !can(regex(local.patterns.secret, from))
        ],
        [
          # ECS also accepts the secret's name, but the execution role's policy needs its ARN.
          for arn in container.repository_credentials[*].credentials_parameter : join(" ", [
            "${container.at}.repository_credentials.credentials_parameter is ${jsonencode(arn)}.",
            "It must be the ARN of a secret in Secrets Manager.",
          ])
          if !can(regex(local.patterns.whole_secret, arn))
        ],
      )
    ])
  }

  fsx_secret_field = "fsx_windows_file_server_volume_configuration.authorization_config.credentials_parameter"
  file_errors = {
    for name, task in local.tasks : name => concat(
      flatten([
        for container in local.containers[name] : concat(
          [
            for arn in container.environment_files : join(" ", [
              "${container.at}.environment_files has ${jsonencode(arn)}. Each must be the ARN of an object in S3",
              "whose name ends in .env, e.g. \"arn:aws:s3:::bucket/nightly.env\".",
            ])
            if arn == null ? false : !can(regex(local.patterns.environment_file, arn))
          ],
          length(container.environment_files) <= local.limits.environment_files ? [] : [
            join(" ", [
              "${container.at}.environment_files has ${length(container.environment_files)} files.",
              "ECS accepts at most ${local.limits.environment_files}.",
            ])
          ],
          length(container.credential_specs) <= local.limits.credential_specs ? [] : [
            join(" ", [
              "${container.at}.credential_specs has ${length(container.credential_specs)}.",
              "ECS accepts at most ${local.limits.credential_specs}.",
            ])
          ],
          [
            for spec in container.credential_specs : join(" ", [
              "${container.at}.credential_specs has ${jsonencode(spec)}. It must be credentialspecdomainless:",
              "${task.on_fargate ? "" : "or credentialspec: "}and the ARN of a file in S3 or of a parameter.",
            ])
            if spec == null ? false : !can(regex(
              task.on_fargate ? local.patterns.fargate_credential_spec : local.patterns.credential_spec, spec
            ))
          ],
        )
      ]),
      [
        for key, arn in {
          for key, volume in task.volumes :
          key => volume.fsx_windows_file_server_volume_configuration.authorization_config.credentials_parameter
          if try(volume.fsx_windows_file_server_volume_configuration, null) != null
          } : join(" ", [
            "${task.at}.volumes[${jsonencode(key)}].${local.fsx_secret_field} is ${jsonencode(arn)}.",
            "It must be the ARN of a secret in Secrets Manager or of a parameter in Parameter Store.",
        ])
        if !can(regex(local.patterns.secret_or_parameter, arn))
      ],
    )
  }
}
