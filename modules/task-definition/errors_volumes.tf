################################################################################
# Mistakes in the volumes
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_data_volumes.html
################################################################################

locals {
  volume_kinds = [
    "host_path", "docker_volume_configuration", "efs_volume_configuration",
    "fsx_windows_file_server_volume_configuration",
  ]

  volume_errors = {
    for name, task in local.tasks : name => flatten([
      for key, volume in task.volumes : [
        for problem in volume == null ? [] : concat(
          compact([
            can(regex(local.patterns.name, key)) && length(key) <= local.limits.name_characters ? null :
            " has a name that ECS refuses. It must have 1 to 255 letters, digits, hyphens and underscores.",

            length([for kind in local.volume_kinds : kind if volume[kind] != null]) <= 1 ? null :
            " has several kinds. Set one of ${join(", ", local.volume_kinds)}.",

            volume.fsx_windows_file_server_volume_configuration == null || task.windows || task.on_fargate ? null :
            join(" ", [
              ".fsx_windows_file_server_volume_configuration is for Windows.",
              "Set runtime_platform.operating_system_family, or use another kind of volume.",
            ]),
          ]),
          flatten([
            for docker in volume.docker_volume_configuration[*] : [
              for wrong in compact([
                !task.windows || docker.driver == "local" ? null :
                "driver is ${jsonencode(docker.driver)}. On Windows it must be local.",

                contains(["task", "shared"], docker.scope) ? null :
                "scope is ${jsonencode(docker.scope)}. It must be task or shared.",

                docker.autoprovision == null || docker.scope == "shared" ? null :
                join(" ", [
                  "autoprovision is ${jsonencode(docker.autoprovision)}. It is for scope = \"shared\" only:",
                  "leave it out.",
                ]),
              ]) : ".docker_volume_configuration.${wrong}"
            ]
          ]),
          flatten([
            for efs in volume.efs_volume_configuration[*] : [
              for wrong in compact([
                contains(["ENABLED", "DISABLED"], efs.transit_encryption) ? null :
                "transit_encryption is ${jsonencode(efs.transit_encryption)}. It must be ENABLED or DISABLED.",

                efs.transit_encryption != "DISABLED" || efs.authorization_config == null ? null :
                "transit_encryption is \"DISABLED\". authorization_config needs ENABLED.",

                contains(["ENABLED", "DISABLED"], try(coalesce(efs.authorization_config.iam), "ENABLED")) ? null :
                join(" ", [
                  "authorization_config.iam is ${jsonencode(efs.authorization_config.iam)}.",
                  "It must be ENABLED or DISABLED.",
                ]),

                try(efs.authorization_config.access_point_id, null) == null ||
                contains(["/", "-"], coalesce(efs.root_directory, "-")) ? null : join(" ", [
                  "root_directory is ${jsonencode(efs.root_directory)}.",
                  "Leave it out: the access point decides the directory.",
                ]),

                efs.transit_encryption_port == null ? null : (
                  floor(efs.transit_encryption_port) == efs.transit_encryption_port &&
                  efs.transit_encryption_port >= 1 && efs.transit_encryption_port <= 65535
                  ) ? null : join(" ", [
                    "transit_encryption_port is ${efs.transit_encryption_port}.",
                    "It must be ${local.range_texts.instances["efs_volume_configuration.transit_encryption_port"]}.",
                ]),
              ]) : ".efs_volume_configuration.${wrong}"
            ]
          ]),
        ) : "${task.at}.volumes[${jsonencode(key)}]${problem}"
      ]
    ])
  }
}
