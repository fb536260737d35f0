################################################################################
# Numbers, patterns and lists that AWS accepts; the errors_*.tf files look them up here
################################################################################

locals {
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
  fargate_memory = {
    "256"   = [512, 1024, 2048]
    "512"   = range(1024, 4097, 1024)
    "1024"  = range(2048, 8193, 1024)
    "2048"  = range(4096, 16385, 1024)
    "4096"  = range(8192, 30721, 1024)
    "8192"  = range(16384, 61441, 4096)
    "16384" = range(32768, 122881, 8192)
  }
  # As text, 1024 would come before 256.
  fargate_cpus         = formatlist("%d", sort(formatlist("%06d", keys(local.fargate_memory))))
  fargate_windows_cpus = ["1024", "2048", "4096"]

  # The least and the most (null: any) of each field. All are whole numbers.
  ranges = {
    cpu                                   = [0, null]
    memory                                = [6, null]
    memory_reservation                    = [6, null]
    start_timeout                         = [2, 86400]
    stop_timeout                          = [0, 86400]
    "health_check.interval"               = [5, 300]
    "health_check.timeout"                = [2, 60]
    "health_check.retries"                = [1, 10]
    "health_check.start_period"           = [0, 300]
    "linux_parameters.max_swap"           = [0, null]
    "linux_parameters.swappiness"         = [0, 100]
    "linux_parameters.shared_memory_size" = [1, 1048576]
    "linux_parameters.tmpfs.size"         = [1, null]

    # Fields of the whole task.
    "task.cpu"                                         = [128, 196608]
    "task.memory"                                      = [6, null]
    "ephemeral_storage.size_in_gib"                    = [21, 200]
    "capacity_provider_strategy.weight"                = [0, 1000]
    "capacity_provider_strategy.base"                  = [0, 100000]
    "efs_volume_configuration.transit_encryption_port" = [1, 65535]

    # Ports, and those of the host: 0 is a free one where the host has ports of its own.
    port      = [1, 65535]
    free_port = [0, 65535]
  }
  fargate_ranges = merge(local.ranges, { start_timeout = [2, 120], stop_timeout = [0, 120] })
  # For messages: "must be <these words>".
  range_texts = {
    for place, ranges in { fargate = local.fargate_ranges, instances = local.ranges } : place => {
      for field, range in ranges : field => (
        range[1] == null ? "a whole number, ${range[0]} or more" : "a whole number from ${range[0]} to ${range[1]}"
      )
    }
  }

  limits = {
    containers               = 10
    environment_files        = 10
    credential_specs         = 1
    placement_constraints    = 10
    placement_strategy       = 5
    strategy_entries         = 20
    name_characters          = 255
    log_group_characters     = 512
    role_characters          = 64
    port_name_characters     = 64
    tag_characters           = 128
    sha256_characters        = 64
    image_characters         = 255
    log_stream_characters    = 512
    definition_bytes         = 65536
    fargate_cpu_of_1_3_0     = 4096
    log_stream_id_characters = 32
  }

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
  windows_families = [
    "WINDOWS_SERVER_2019_CORE", "WINDOWS_SERVER_2019_FULL", "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL", "WINDOWS_SERVER_2025_CORE", "WINDOWS_SERVER_2025_FULL",
  ]
  old_windows_families = [
    "WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_2016_FULL", "WINDOWS_SERVER_20H2_CORE",
  ]
  operating_systems = concat(["LINUX"], local.windows_families, local.old_windows_families)

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform_versions.html
  platform_versions = {
    linux   = ["LATEST", "1.4.0", "1.3.0"]
    windows = ["LATEST", "1.0.0"]
  }

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
  fargate_log_drivers = ["awslogs", "awsfirelens", "splunk"]
  log_drivers = [
    "awslogs", "awsfirelens", "fluentd", "gelf", "journald", "json-file", "splunk", "syslog",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
  ulimits = [
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
    "rtprio", "rttime", "sigpending", "stack",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
  capabilities = [
    "ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
    "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE",
    "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN", "SYS_BOOT",
    "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE",
    "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
  mount_options = [
    "defaults", "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync", "async",
    "dirsync", "remount", "mand", "nomand", "atime", "noatime", "diratime", "nodiratime", "bind",
    "rbind", "unbindable", "runbindable", "private", "rprivate", "shared", "rshared", "slave",
    "rslave", "relatime", "norelatime", "strictatime", "nostrictatime", "mode", "uid", "gid",
    "nr_inodes", "nr_blocks", "mpol",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
  ipc_controls = [
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall",
    "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
  ]

  secrets_manager_arn = "^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[a-zA-Z0-9/_+=.@!-]+"
  # The patterns have no counts such as `{1,512}`. Terraform compiles a pattern at each use, and a count copies its
  # class as often. The rules compare lengths with `limits`.
  patterns = {
    name      = "^[a-zA-Z0-9_-]+$"
    log_group = "^[a-zA-Z0-9_/.#-]+$"
    role      = "^[a-zA-Z0-9+=,.@_-]+$"
    role_path = "^/([a-zA-Z0-9+=,.@_-]+/)*$"
    # A role of this account. Wildcards and policy variables would widen the policy that names the role.
    role_arn = join("", [
      "^arn:${try(coalesce(local.partition), "[a-z-]+")}:iam::${try(coalesce(local.account_id), "[0-9]{12}")}:role/",
      "([a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$",
    ])
    port_range = "^[0-9]+-[0-9]+$"
    port_name  = "^[a-z0-9_][a-z0-9_-]*$"
    sid        = "^[a-zA-Z0-9]+$"
    action     = "^([a-z0-9-]+:[a-zA-Z0-9*?]+|\\*)$"
    gpus       = "^([1-9][0-9]*|ALL)$"
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
    stream_prefix = "^[^:*]+$"

    # [registry[:port]/]path[:tag][@digest]; sha256 is the only digest that ECS takes.
    # https://github.com/distribution/reference
    image = join("", [
      "^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]+)?/)?",
      "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*",
      "(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?(@sha256:[0-9a-fA-F]+)?$",
    ])

    # An ARN of Secrets Manager, with or without key, stage and version (databases call theirs
    # rds!db-… and rds!cluster-…), or an ARN or a name of Parameter Store.
    secret = join("|", [
      "${local.secrets_manager_arn}(:[^:]*:[^:]*:[^:]*)?$",
      "^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[a-zA-Z0-9/_.-]+$",
      "^/?[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$",
    ])
    whole_secret        = "${local.secrets_manager_arn}$"
    secret_or_parameter = "^arn:[a-z-]+:(secretsmanager|ssm):[a-z0-9-]+:[0-9]{12}:(secret:|parameter/).+$"
    s3_object           = "^arn:[a-z-]+:s3:::[a-z0-9.-]+/.+$"
    environment_file    = "^arn:[a-z-]+:s3:::[a-z0-9.-]+/.*\\.env$"

    # Only instances can join a domain.
    fargate_credential_spec = "^credentialspecdomainless:arn:[a-z-]+:(s3|ssm):.+$"
    credential_spec         = "^credentialspec(domainless)?:arn:[a-z-]+:(s3|ssm):.+$"
  }
}

# BEGIN SHARED retentions
locals {
  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  retentions = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]
}
# END SHARED retentions
