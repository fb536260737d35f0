################################################################################
# What AWS takes: validations and preconditions look it up here
################################################################################

locals {
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
  _fargate_memory = {
    "256"   = [512, 1024, 2048]
    "512"   = range(1024, 4097, 1024)
    "1024"  = range(2048, 8193, 1024)
    "2048"  = range(4096, 16385, 1024)
    "4096"  = range(8192, 30721, 1024)
    "8192"  = range(16384, 61441, 4096)
    "16384" = range(32768, 122881, 8192)
  }
  # Windows knows the middle three only.
  _fargate_cpus = (
    local._windows ? ["1024", "2048", "4096"]
    # As numbers: as words 1024 would come before 256.
    : formatlist("%d", sort(formatlist("%06d", keys(local._fargate_memory))))
  )
  _legal_memory = (
    local._on_fargate
    ? contains(local._fargate_cpus, tostring(local._cpu)) ? local._fargate_memory[local._cpu] : []
    : []
  )
  _legal_sizes = (
    length(local._legal_memory) == 0
    ? "on Fargate${local._windows ? " with Windows" : ""} cpu is one of ${join(", ", local._fargate_cpus)}"
    : "on Fargate with cpu = ${local._cpu} memory is one of ${join(", ", local._legal_memory)}"
  )

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  _retentions = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
  _windows_families = [
    "WINDOWS_SERVER_2019_CORE", "WINDOWS_SERVER_2019_FULL", "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL", "WINDOWS_SERVER_2025_CORE", "WINDOWS_SERVER_2025_FULL",
  ]
  _old_windows_families = [
    "WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_2016_FULL", "WINDOWS_SERVER_20H2_CORE",
  ]

  _container_word = "^[a-zA-Z0-9_-]{1,255}$"
  _log_group_word = "^[a-zA-Z0-9_/.#-]{1,512}$"
  _role_word      = "^[a-zA-Z0-9+=,.@_-]{1,64}$"
  _role_path_word = "^/([a-zA-Z0-9+=,.@_-]+/)*$"
  _stream_prefix  = "^[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$"

  # [registry[:port]/]path[:tag][@digest]; sha256 is the only digest that ECS takes.
  # https://github.com/distribution/reference
  _image = join("", [
    "^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]+)?/)?",
    "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*",
    "(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})?(@sha256:[0-9a-fA-F]{64})?$",
  ])

  # An ARN of Secrets Manager with or without key, stage and version (databases call
  # theirs rds!db-… and rds!cluster-…); an ARN or a name of Parameter Store.
  _secrets_manager = "^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[a-zA-Z0-9/_+=.@!-]+(:[^:]*:[^:]*:[^:]*)?$"
  _secret = join("|", [
    local._secrets_manager,
    "^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[a-zA-Z0-9/_.-]+$",
    "^/?[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$",
  ])
  _s3_object = "^arn:[a-z-]+:s3:::[a-z0-9.-]+/.+$"

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
  _ulimits = [
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
    "rtprio", "rttime", "sigpending", "stack",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
  _capabilities = [
    "ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
    "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE",
    "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_ADMIN", "SYS_BOOT",
    "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE",
    "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html
  _mount_options = [
    "defaults", "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync", "async",
    "dirsync", "remount", "mand", "nomand", "atime", "noatime", "diratime", "nodiratime", "bind",
    "rbind", "unbindable", "runbindable", "private", "rprivate", "shared", "rshared", "slave",
    "rslave", "relatime", "norelatime", "strictatime", "nostrictatime", "mode", "uid", "gid",
    "nr_inodes", "nr_blocks", "mpol",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
  _ipc_controls = [
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall",
    "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
  ]

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform_versions.html
  _platform_versions = local._windows ? ["LATEST", "1.0.0"] : ["LATEST", "1.4.0", "1.3.0"]

  # Said before each message, so that it is clear which of many tasks is meant.
  _task = "Task ${jsonencode(var.name)}:"
}
