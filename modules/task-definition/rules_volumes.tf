################################################################################
# What is wrong in the volumes
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_data_volumes.html
################################################################################

locals {
  _bad_volumes = flatten([
    for name, volume in var.task.volumes : [
      for problem in [
        can(regex(local._container_word, name)) ? "" :
        "a volume's name has 1 to 255 letters, digits, hyphens and underscores, nothing else",
        1 >= length([
          for kind in [
            volume.host_path != null, volume.docker_volume_configuration != null,
            volume.efs_volume_configuration != null, volume.fsx_windows_file_server_volume_configuration != null,
          ] : kind if kind
        ]) ? "" : "give one of host_path, docker_volume_configuration, efs_volume_configuration and fsx_windows_file_server_volume_configuration",
        !local._windows || try(volume.docker_volume_configuration.driver, "local") == "local" ? "" :
        "docker_volume_configuration.driver = ${jsonencode(try(volume.docker_volume_configuration.driver, ""))}: Windows has local only",
        contains(["task", "shared"], try(volume.docker_volume_configuration.scope, "task")) ? "" :
        "docker_volume_configuration.scope = ${jsonencode(try(volume.docker_volume_configuration.scope, ""))}: legal are task and shared",
        try(volume.docker_volume_configuration.autoprovision, null) == null || try(volume.docker_volume_configuration.scope, "shared") == "shared" ? "" :
        "docker_volume_configuration.autoprovision is for scope = \"shared\" only",
        contains(["ENABLED", "DISABLED"], try(volume.efs_volume_configuration.transit_encryption, "ENABLED")) ? "" :
        "efs_volume_configuration.transit_encryption = ${jsonencode(try(volume.efs_volume_configuration.transit_encryption, ""))}: legal are ENABLED and DISABLED",
        try(volume.efs_volume_configuration.transit_encryption, "ENABLED") != "DISABLED" || try(volume.efs_volume_configuration.authorization_config, null) == null ? "" :
        "efs_volume_configuration.authorization_config needs transit_encryption = \"ENABLED\"",
        contains(["ENABLED", "DISABLED"], coalesce(try(volume.efs_volume_configuration.authorization_config.iam, null), "ENABLED")) ? "" :
        "efs_volume_configuration.authorization_config.iam = ${jsonencode(try(volume.efs_volume_configuration.authorization_config.iam, ""))}: legal are ENABLED and DISABLED",
        try(volume.efs_volume_configuration.authorization_config.access_point_id, null) == null || contains(["/", "-"], coalesce(try(volume.efs_volume_configuration.root_directory, null), "-")) ? "" :
        "efs_volume_configuration.root_directory = ${jsonencode(try(volume.efs_volume_configuration.root_directory, ""))}: with an access point leave it out, the access point says it",
        try(volume.efs_volume_configuration.transit_encryption_port >= 1 && volume.efs_volume_configuration.transit_encryption_port <= 65535 && floor(volume.efs_volume_configuration.transit_encryption_port) == volume.efs_volume_configuration.transit_encryption_port, true) ? "" :
        "efs_volume_configuration.transit_encryption_port = ${try(volume.efs_volume_configuration.transit_encryption_port, 0)}: legal is 1 to 65535",
        volume.fsx_windows_file_server_volume_configuration == null || local._windows || local._on_fargate ? "" :
        "fsx_windows_file_server_volume_configuration needs Windows: say runtime_platform.operating_system_family",
      ] : "volumes: ${jsonencode(name)}: ${problem}" if problem != ""
    ]
  ])
}
