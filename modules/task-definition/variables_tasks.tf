variable "tasks" {
  # BEGIN SHARED tasks
  description = <<-EOT
    The tasks that DAGs run, by name. A task is a main container, what it needs to run, and sidecars;
    nothing restarts it. Only `image` is required. Names and meaning are those of ECS, in snake_case.

    The main container's fields, at the top, which each of `sidecars` has too:
    - `image`: `[registry/]name[:tag][@digest]`.
    - `command`: arguments, as a list. Default: the image's.
    - `entry_point`: program, as a list. Default: the image's.
    - `environment`: values by variable; all are strings.
    - `environment_files`: ARNs of files in S3 whose names end in `.env`.
    - `secrets`: by variable, where ECS finds its value: the ARN of a secret in Secrets Manager
      (`:json-key:stage:version` may follow), or the ARN or name of a parameter in Parameter Store.
    - `user`: user, or `user:group`. Default: the image's.
    - `working_directory`: Default: the image's.
    - `readonly_root_filesystem`: true mounts the root read-only.
    - `privileged`: true gives the rights of the host's root; on EC2 only.
    - `interactive`: true keeps stdin open.
    - `pseudo_terminal`: true allocates a TTY.
    - `disable_networking`: true switches networking off; on EC2 only.
    - `hostname`: not with `network_mode` awsvpc.
    - `dns_servers`: addresses; on EC2 only.
    - `dns_search_domains`: domains; on EC2 only.
    - `extra_hosts`: addresses by host name; not with `network_mode` awsvpc.
    - `links`: `container` or `container:alias`; with `network_mode` bridge only.
    - `docker_labels`: labels by key.
    - `docker_security_options`: on EC2 only.
    - `credential_specs`: one gMSA credential spec, `credentialspecdomainless:` and an ARN.
    - `system_controls`: kernel parameters by namespace.
    - `resource_requirements`: `{ GPU = "1" }`, or ALL GPUs of an instance; on EC2 only.
    - `version_consistency`: `disabled` does not resolve the image's tag to a digest.
    - `memory_reservation`: MiB that are kept for the container.
    - `start_timeout`: seconds that a container which waits for this one waits at most.
    - `stop_timeout`: seconds between the stop signal and the kill.
    - `depends_on`: START, COMPLETE, SUCCESS or HEALTHY, by the container to wait for.
    - `volumes_from`: containers whose volumes are mounted too (`source_container`, `read_only`).
    - `mount_points`: volumes and where they are mounted (`source_volume`, `container_path`, `read_only`).
    - `port_mappings`: ports (`container_port` or `container_port_range`, `host_port`, `protocol`, `name`,
      `app_protocol`).
    - `ulimits`: `soft_limit` and `hard_limit`, by the limit's name.
    - `health_check`: `command` (`["CMD-SHELL", "…"]`, `["CMD", "program", …]` or `["program", …]`),
      `interval`, `timeout` and `start_period` in seconds, `retries`.
    - `linux_parameters`: `init_process_enabled`, `capabilities`, `devices`, `tmpfs`, `shared_memory_size`,
      `max_swap`, `swappiness`.
    - `repository_credentials`: `credentials_parameter`, the ARN of the secret with a registry's password.
    - `log_group_name`: Default: `logs.log_group_name`, else `/ecs/<family>`; a sidecar's default is the task's.
    - `log_stream_prefix`: Default: `logs.stream_prefix`; a sidecar's default is the task's.
    - `create_log_group`: false if the group exists already. Default: `logs.create`.
    - `log_configuration`: `log_driver` (default: awslogs; with another one Airflow shows no lines),
      `options`, and `secret_options`, which take the same values as `secrets`.
    - `firelens_configuration`: makes a sidecar the router for containers with `log_driver = "awsfirelens"`:
      `type` (fluentbit or fluentd) and `options`.

    The task's fields:
    - `container_name`: name of the main container. Default: the task's name.
    - `container_cpu`: the main container's share of the task's CPU units. A sidecar's is `cpu`.
    - `container_memory`: the main container's limit in MiB. A sidecar's is `memory`.
    - `family`: name of the task definition. Default: `<name>-<task>`.
    - `cpu`: CPU units; 1024 are one vCPU. Default: 256 on Fargate, none on EC2.
    - `memory`: MiB; on Fargate AWS offers certain values for each `cpu`. Default: 512 on Fargate; on EC2
      none, where each container sets its memory.
    - `task_role_arn`: existing role that the programs in the containers call AWS with.
    - `task_role`: creates this role, from `statements` (by their Sid) and `policies` (ARNs, by a name of
      your choice); `name`, `path`, `permissions_boundary`.
    - `network_mode`: awsvpc, or on EC2 bridge, host or none. Default: awsvpc.
    - `pid_mode`: host or task; on Fargate task.
    - `ipc_mode`: host, task or none; on EC2 only.
    - `tags`: tags of the task definition, its log groups and its role.
    - `propagate_tags`: true gives the running tasks the task definition's tags. Default: false.
    - `image_aliases`: more images that DAGs may name the task by; `org/app:*` stands for every tag. The task
      runs its own `image` all the same. Default: none.
    - `track_latest`: true: DAGs run the family's newest revision, also one that was registered
      elsewhere. False: the revision of this apply. Default: true.
    - `skip_destroy`: true keeps old revisions. Default: true only with `track_latest = false`.
    - `ephemeral_storage`: `size_in_gib`, 21 to 200, on Fargate only. Without it there are 20 GiB.
    - `runtime_platform`: `cpu_architecture` (X86_64 or ARM64), `operating_system_family` (LINUX or a
      Windows; WINDOWS_SERVER_2025_* need version 6 of the AWS provider).
    - `volumes`: by name: `{}` is scratch space of the task; or `efs_volume_configuration`, or on EC2
      `host_path`, `docker_volume_configuration` or `fsx_windows_file_server_volume_configuration`.
    - `launch_type`: FARGATE or EC2. Default: the cluster's default strategy where it has one, else FARGATE.
    - `capacity_provider_strategy`: instead of `launch_type`: `capacity_provider`, `weight`, `base`.
    - `platform_version`: of Fargate: 1.3.0, 1.4.0 or LATEST; with Windows 1.0.0 or LATEST. Default: LATEST.
    - `placement_constraints`: `type` memberOf and an `expression`; on EC2 only.
    - `placement_strategy`: `type` (random, spread or binpack) and `field`; on EC2 only.
    - `sidecars`: containers beside the main one, by name. A sidecar with `essential = true` ends the task
      when it ends. Default: false.
  EOT
  type = map(object({
    # The main container.
    # BEGIN SHARED container
    image                    = string
    command                  = optional(list(string))
    entry_point              = optional(list(string))
    environment              = optional(map(string), {})
    environment_files        = optional(list(string), [])
    secrets                  = optional(map(string), {})
    user                     = optional(string)
    working_directory        = optional(string)
    readonly_root_filesystem = optional(bool)
    privileged               = optional(bool)
    interactive              = optional(bool)
    pseudo_terminal          = optional(bool)
    disable_networking       = optional(bool)
    hostname                 = optional(string)
    dns_servers              = optional(list(string), [])
    dns_search_domains       = optional(list(string), [])
    extra_hosts              = optional(map(string), {})
    links                    = optional(list(string), [])
    docker_labels            = optional(map(string), {})
    docker_security_options  = optional(list(string), [])
    credential_specs         = optional(list(string), [])
    system_controls          = optional(map(string), {})
    resource_requirements    = optional(map(string), {})
    version_consistency      = optional(string)
    memory_reservation       = optional(number)
    start_timeout            = optional(number)
    stop_timeout             = optional(number)
    depends_on               = optional(map(string), {})
    volumes_from = optional(list(object({
      source_container = string
      read_only        = optional(bool, false)
    })), [])
    mount_points = optional(list(object({
      source_volume  = string
      container_path = string
      read_only      = optional(bool, false)
    })), [])
    port_mappings = optional(list(object({
      container_port       = optional(number)
      container_port_range = optional(string)
      host_port            = optional(number)
      protocol             = optional(string, "tcp")
      name                 = optional(string)
      app_protocol         = optional(string)
    })), [])
    ulimits = optional(map(object({
      soft_limit = number
      hard_limit = number
    })), {})
    health_check = optional(object({
      command      = list(string)
      interval     = optional(number, 30)
      timeout      = optional(number, 5)
      retries      = optional(number, 3)
      start_period = optional(number)
    }))
    linux_parameters = optional(object({
      init_process_enabled = optional(bool)
      capabilities = optional(object({
        add  = optional(list(string), [])
        drop = optional(list(string), [])
      }), {})
      devices = optional(list(object({
        host_path      = string
        container_path = optional(string)
        permissions    = optional(list(string), [])
      })), [])
      tmpfs = optional(list(object({
        container_path = string
        size           = number
        mount_options  = optional(list(string), [])
      })), [])
      shared_memory_size = optional(number)
      max_swap           = optional(number)
      swappiness         = optional(number)
    }))
    repository_credentials = optional(object({
      credentials_parameter = string
    }))
    log_group_name    = optional(string)
    log_stream_prefix = optional(string)
    create_log_group  = optional(bool)
    log_configuration = optional(object({
      log_driver     = optional(string, "awslogs")
      options        = optional(map(string), {})
      secret_options = optional(map(string), {})
    }), {})
    firelens_configuration = optional(object({
      type    = optional(string, "fluentbit")
      options = optional(map(string), {})
    }))
    # END SHARED container


    # The task.
    container_name   = optional(string)
    container_cpu    = optional(number)
    container_memory = optional(number)
    family           = optional(string)
    cpu              = optional(number)
    memory           = optional(number)
    task_role_arn    = optional(string)
    network_mode     = optional(string, "awsvpc")
    pid_mode         = optional(string)
    ipc_mode         = optional(string)
    tags             = optional(map(string), {})
    propagate_tags   = optional(bool, false)
    image_aliases    = optional(list(string), [])
    skip_destroy     = optional(bool)
    track_latest     = optional(bool, true)
    ephemeral_storage = optional(object({
      size_in_gib = number
    }))
    runtime_platform = optional(object({
      cpu_architecture        = optional(string, "X86_64")
      operating_system_family = optional(string, "LINUX")
    }))

    # The role of the programs in the containers, to create.
    task_role = optional(object({
      name                 = optional(string)
      path                 = optional(string)
      permissions_boundary = optional(string)
      policies             = optional(map(string), {})
      statements = optional(map(object({
        effect     = optional(string, "Allow")
        actions    = list(string)
        resources  = list(string)
        conditions = optional(map(map(list(string))), {})
      })), {})
    }))

    # Volumes, by the name that mount_points have.
    volumes = optional(map(object({
      host_path = optional(string)
      docker_volume_configuration = optional(object({
        scope         = optional(string, "task")
        autoprovision = optional(bool)
        driver        = optional(string, "local")
        driver_opts   = optional(map(string), {})
        labels        = optional(map(string), {})
      }))
      efs_volume_configuration = optional(object({
        file_system_id          = string
        root_directory          = optional(string)
        transit_encryption      = optional(string, "ENABLED")
        transit_encryption_port = optional(number)
        authorization_config = optional(object({
          access_point_id = optional(string)
          iam             = optional(string)
        }))
      }))
      fsx_windows_file_server_volume_configuration = optional(object({
        file_system_id = string
        root_directory = string
        authorization_config = object({
          credentials_parameter = string
          domain                = string
        })
      }))
    })), {})

    # Where it runs.
    launch_type = optional(string)
    capacity_provider_strategy = optional(list(object({
      capacity_provider = string
      weight            = optional(number)
      base              = optional(number)
    })))
    platform_version = optional(string)
    placement_constraints = optional(list(object({
      type       = optional(string, "memberOf")
      expression = optional(string)
    })), [])
    placement_strategy = optional(list(object({
      type  = string
      field = optional(string)
    })), [])

    # Containers beside the main one, by name.
    sidecars = optional(map(object({
      # Fields of sidecars only.
      essential = optional(bool, false)
      cpu       = optional(number)
      memory    = optional(number)

      # BEGIN GENERATED container: make docs
      image                    = string
      command                  = optional(list(string))
      entry_point              = optional(list(string))
      environment              = optional(map(string), {})
      environment_files        = optional(list(string), [])
      secrets                  = optional(map(string), {})
      user                     = optional(string)
      working_directory        = optional(string)
      readonly_root_filesystem = optional(bool)
      privileged               = optional(bool)
      interactive              = optional(bool)
      pseudo_terminal          = optional(bool)
      disable_networking       = optional(bool)
      hostname                 = optional(string)
      dns_servers              = optional(list(string), [])
      dns_search_domains       = optional(list(string), [])
      extra_hosts              = optional(map(string), {})
      links                    = optional(list(string), [])
      docker_labels            = optional(map(string), {})
      docker_security_options  = optional(list(string), [])
      credential_specs         = optional(list(string), [])
      system_controls          = optional(map(string), {})
      resource_requirements    = optional(map(string), {})
      version_consistency      = optional(string)
      memory_reservation       = optional(number)
      start_timeout            = optional(number)
      stop_timeout             = optional(number)
      depends_on               = optional(map(string), {})
      volumes_from = optional(list(object({
        source_container = string
        read_only        = optional(bool, false)
      })), [])
      mount_points = optional(list(object({
        source_volume  = string
        container_path = string
        read_only      = optional(bool, false)
      })), [])
      port_mappings = optional(list(object({
        container_port       = optional(number)
        container_port_range = optional(string)
        host_port            = optional(number)
        protocol             = optional(string, "tcp")
        name                 = optional(string)
        app_protocol         = optional(string)
      })), [])
      ulimits = optional(map(object({
        soft_limit = number
        hard_limit = number
      })), {})
      health_check = optional(object({
        command      = list(string)
        interval     = optional(number, 30)
        timeout      = optional(number, 5)
        retries      = optional(number, 3)
        start_period = optional(number)
      }))
      linux_parameters = optional(object({
        init_process_enabled = optional(bool)
        capabilities = optional(object({
          add  = optional(list(string), [])
          drop = optional(list(string), [])
        }), {})
        devices = optional(list(object({
          host_path      = string
          container_path = optional(string)
          permissions    = optional(list(string), [])
        })), [])
        tmpfs = optional(list(object({
          container_path = string
          size           = number
          mount_options  = optional(list(string), [])
        })), [])
        shared_memory_size = optional(number)
        max_swap           = optional(number)
        swappiness         = optional(number)
      }))
      repository_credentials = optional(object({
        credentials_parameter = string
      }))
      log_group_name    = optional(string)
      log_stream_prefix = optional(string)
      create_log_group  = optional(bool)
      log_configuration = optional(object({
        log_driver     = optional(string, "awslogs")
        options        = optional(map(string), {})
        secret_options = optional(map(string), {})
      }), {})
      firelens_configuration = optional(object({
        type    = optional(string, "fluentbit")
        options = optional(map(string), {})
      }))
      # END GENERATED container
    })), {})
  }))
  nullable = false

  validation {
    condition = alltrue([
      for name, task in var.tasks : task != null && (can(regex("^[a-zA-Z0-9_-]+$", name)) && length(name) <= 200)
    ])
    error_message = join("\n", [
      for name, task in var.tasks : (
        task == null
        ? "tasks[${jsonencode(name)}] is null. It must have at least an image; or leave it out."
        : "tasks has ${jsonencode(name)}. A task's name must have 1 to 200 letters, digits, hyphens and underscores."
      )
      if task == null || !(can(regex("^[a-zA-Z0-9_-]+$", name)) && length(name) <= 200)
    ])
  }

  validation {
    condition = alltrue(flatten([
      for task in values(var.tasks) : [for sidecar in values(task.sidecars) : sidecar != null] if task != null
    ]))
    error_message = join("\n", flatten([
      for name, task in var.tasks : [
        for key, sidecar in task.sidecars :
        join(" ", [
          "tasks[${jsonencode(name)}].sidecars[${jsonencode(key)}] is null.",
          "It must have at least an image; or leave it out.",
        ])
        if sidecar == null
      ] if task != null
    ]))
  }
  # END SHARED tasks
}
