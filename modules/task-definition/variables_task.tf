# This type stands word for word in the root module's `tasks` too: Terraform has
# no way to name one. tests/types.tftest.hcl there compares the two.
variable "task" {
  description = <<-EOT
    A task is a main container, what it needs to run, and sidecars; nothing restarts it. Only `image`
    must be given. Names and meaning are those of ECS, in snake_case.

    The main container, at the top, and in the same words each of `sidecars`:
    - `image`, `command`, `entry_point`, `user`, `working_directory`: as in a Dockerfile, command and
      entry point as lists.
    - `environment`: values by name; all strings. `environment_files`: ARNs of files in S3.
    - `secrets`: by the name of the environment variable, where ECS finds its value: the ARN of a
      secret in Secrets Manager (`:json-key:stage:version` may follow), or the ARN or name of a
      parameter in Parameter Store.
    - `depends_on`: START, COMPLETE, SUCCESS or HEALTHY, by the container that is waited for.
    - `mount_points`, `volumes_from`, `ulimits` (by name), `health_check` (`command` as
      `["CMD-SHELL", "…"]`), `port_mappings`, `linux_parameters`, `system_controls` (by namespace),
      `extra_hosts` (address by host name), `resource_requirements` (`{ GPU = "1" }`, or ALL of an
      instance's), `repository_credentials` (the ARN of a secret), `start_timeout`, `stop_timeout`
      (seconds), `memory_reservation` (MiB).
    - `log_configuration`: `options` beside group, region and prefix, which are set by
      `log_group_name` and `log_stream_prefix`, or another `log_driver`: Airflow then shows no lines.
      `secret_options`: as `secrets`. `firelens_configuration` makes a sidecar the router that
      `log_driver = "awsfirelens"` needs.

    The task:
    - `container_name`: of the main container. Default: the task's name. `container_cpu` and
      `container_memory`: its share of the task; a sidecar's are called `cpu` and `memory`.
    - `family`: name of the task definition. Default: `var.family`.
    - `cpu` (1024 is one vCPU) and `memory` (MiB): on Fargate one of the pairs that AWS offers, by
      default 256 and 512; on EC2 they may be left out where each container says its memory.
      `ephemeral_storage`: 21 to 200 GiB on Fargate, which has 20 without it.
    - `runtime_platform`: `cpu_architecture` X86_64 or ARM64, `operating_system_family` LINUX or
      Windows (WINDOWS_SERVER_2025_* need version 6 of the AWS provider); Windows on EC2 needs
      `network_mode` awsvpc.
    - `task_role`: makes the role that the program in the containers calls AWS with, from
      `statements` (by their Sid) and `policies` (ARNs, by a name of yours). `task_role_arn`: one that
      exists.
    - `log_group_name`: default as in `logs`, else `/ecs/<family>`. `log_stream_prefix` and `create_log_group`: default as in
      `logs`; say `create_log_group = false` for a group that exists.
    - `volumes`: by name; on Fargate empty (scratch space of the task) or on EFS.
    - `launch_type` (FARGATE or EC2) or `capacity_provider_strategy`, never both. Default: FARGATE.
      `platform_version`: of Fargate. Default: LATEST. `placement_constraints`, `placement_strategy`
      and `network_mode` other than awsvpc: on EC2 only.
    - `propagate_tags`: the tasks that are run have the task definition's `tags`.
    - `track_latest`: true: DAGs run the family's newest revision, whoever registered it. False: the
      one that this apply made. `skip_destroy`: old revisions are kept; default: only when false.
  EOT
  type = object({
    # The main container. The same fields as a sidecar's, further down.
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
    log_configuration = optional(object({
      log_driver     = optional(string, "awslogs")
      options        = optional(map(string), {})
      secret_options = optional(map(string), {})
    }), {})
    firelens_configuration = optional(object({
      type    = optional(string, "fluentbit")
      options = optional(map(string), {})
    }))

    # The task.
    container_name    = optional(string)
    container_cpu     = optional(number)
    container_memory  = optional(number)
    family            = optional(string)
    cpu               = optional(number)
    memory            = optional(number)
    task_role_arn     = optional(string)
    log_group_name    = optional(string)
    log_stream_prefix = optional(string)
    create_log_group  = optional(bool)
    network_mode      = optional(string, "awsvpc")
    pid_mode          = optional(string)
    ipc_mode          = optional(string)
    tags              = optional(map(string), {})
    propagate_tags    = optional(bool, false)
    skip_destroy      = optional(bool)
    track_latest      = optional(bool, true)
    ephemeral_storage = optional(object({
      size_in_gib = number
    }))
    runtime_platform = optional(object({
      cpu_architecture        = optional(string, "X86_64")
      operating_system_family = optional(string, "LINUX")
    }))

    # The role of the program in the containers, to be made.
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

    # Volumes, by the name that mount_points say.
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
      # Of a sidecar only.
      essential = optional(bool, false)
      cpu       = optional(number)
      memory    = optional(number)

      # The main container's fields.
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
      log_configuration = optional(object({
        log_driver     = optional(string, "awslogs")
        options        = optional(map(string), {})
        secret_options = optional(map(string), {})
      }), {})
      firelens_configuration = optional(object({
        type    = optional(string, "fluentbit")
        options = optional(map(string), {})
      }))
    })), {})
  })
}
