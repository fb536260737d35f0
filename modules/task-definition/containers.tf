################################################################################
# Container definitions
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
################################################################################

locals {
  # The main container and the sidecars share one mapping, so each field works for both. `at` is the place of a
  # container in messages. `fields` has the fields with another name in the main container.
  containers = {
    for task_name, task in var.tasks : task_name => concat(
      [merge(task, {
        name       = local.resolved[task_name].container_name
        at         = local.resolved[task_name].at
        fields     = { cpu = "container_cpu", memory = "container_memory" }
        is_sidecar = false
        others     = keys(task.sidecars)
        essential  = true
        cpu        = task.container_cpu
        memory     = task.container_memory
      })],
      [for name, sidecar in task.sidecars : merge(sidecar, {
        name       = name
        at         = "${local.resolved[task_name].at}.sidecars[${jsonencode(name)}]"
        fields     = { cpu = "cpu", memory = "memory" }
        is_sidecar = true
        others = concat(
          [local.resolved[task_name].container_name], [for other in keys(task.sidecars) : other if other != name],
        )
      })],
    )
  }

  container_definitions = { for task_name, containers in local.containers : task_name => jsonencode([
    for number, container in containers : {
      for key, value in {
        name               = container.name
        image              = container.image
        essential          = container.essential
        command            = container.command
        entryPoint         = container.entry_point
        user               = container.user
        workingDirectory   = container.working_directory
        cpu                = container.cpu
        memory             = container.memory
        memoryReservation  = container.memory_reservation
        startTimeout       = container.start_timeout
        stopTimeout        = container.stop_timeout
        privileged         = container.privileged
        interactive        = container.interactive
        pseudoTerminal     = container.pseudo_terminal
        disableNetworking  = container.disable_networking
        hostname           = container.hostname
        dnsServers         = container.dns_servers
        dnsSearchDomains   = container.dns_search_domains
        links              = container.links
        dockerLabels       = container.docker_labels
        versionConsistency = container.version_consistency
        credentialSpecs    = container.credential_specs

        readonlyRootFilesystem = container.readonly_root_filesystem
        dockerSecurityOptions  = container.docker_security_options

        environment = [
          for name, value in container.environment : { name = name, value = value }
        ]
        environmentFiles = [
          for arn in container.environment_files : { type = "s3", value = arn }
        ]
        secrets = [
          for name, from in container.secrets : { name = name, valueFrom = from }
        ]
        dependsOn = [
          for name, condition in container.depends_on :
          { containerName = name, condition = condition }
        ]
        extraHosts = [
          for name, address in container.extra_hosts : { hostname = name, ipAddress = address }
        ]
        systemControls = [
          for name, value in container.system_controls : { namespace = name, value = value }
        ]
        resourceRequirements = [
          for type, value in container.resource_requirements : { type = type, value = value }
        ]
        ulimits = [
          for name, limit in container.ulimits :
          { name = name, softLimit = limit.soft_limit, hardLimit = limit.hard_limit }
        ]
        volumesFrom = [
          for from in container.volumes_from :
          { sourceContainer = from.source_container, readOnly = from.read_only }
        ]
        mountPoints = [
          for mount in container.mount_points : {
            sourceVolume  = mount.source_volume
            containerPath = mount.container_path
            readOnly      = mount.read_only
          }
        ]
        portMappings = [
          for port in container.port_mappings : {
            for key, value in {
              containerPort      = port.container_port
              containerPortRange = port.container_port_range
              # AWS fills a missing host port in. Without one here, no plan would be empty.
              hostPort = (
                contains(["awsvpc", "host"], local.resolved[task_name].network_mode) && port.host_port == null
                ? port.container_port : port.host_port
              )
              protocol    = port.protocol
              name        = port.name
              appProtocol = port.app_protocol
            } : key => value if value != null
          }
        ]

        healthCheck = container.health_check == null ? null : {
          for key, value in {
            command     = container.health_check.command
            interval    = container.health_check.interval
            timeout     = container.health_check.timeout
            retries     = container.health_check.retries
            startPeriod = container.health_check.start_period
          } : key => value if value != null
        }
        linuxParameters = container.linux_parameters == null ? null : {
          for key, value in {
            initProcessEnabled = container.linux_parameters.init_process_enabled
            sharedMemorySize   = container.linux_parameters.shared_memory_size
            maxSwap            = container.linux_parameters.max_swap
            swappiness         = container.linux_parameters.swappiness
            # AWS returns both lists if one has an element. With one list missing here, the provider
            # would replace the definition in each plan.
            capabilities = {
              for key, value in {
                add  = container.linux_parameters.capabilities.add
                drop = container.linux_parameters.capabilities.drop
              } : key => value
              if length(concat(
                container.linux_parameters.capabilities.add, container.linux_parameters.capabilities.drop,
              )) > 0
            }
            devices = [
              for device in container.linux_parameters.devices : {
                for key, value in {
                  hostPath      = device.host_path
                  containerPath = device.container_path
                  permissions   = device.permissions
                } : key => value if value != null && try(length(value) > 0, true)
              }
            ]
            tmpfs = [
              for tmpfs in container.linux_parameters.tmpfs : {
                for key, value in {
                  containerPath = tmpfs.container_path
                  size          = tmpfs.size
                  mountOptions  = tmpfs.mount_options
                } : key => value if try(length(value) > 0, true)
              }
            ]
          } : key => value if value != null && try(length(value) > 0, true)
        }
        repositoryCredentials = container.repository_credentials == null ? null : {
          credentialsParameter = container.repository_credentials.credentials_parameter
        }
        firelensConfiguration = container.firelens_configuration == null ? null : {
          for key, value in {
            type    = container.firelens_configuration.type
            options = container.firelens_configuration.options
          } : key => value if length(value) > 0
        }

        # DAGs read group, region and prefix from the contract, so these options come from logs.tf.
        logConfiguration = {
          for key, value in {
            logDriver = local.container_logs[task_name][number].driver
            options = merge(
              container.log_configuration.options,
              local.container_logs[task_name][number].driver != "awslogs" ? {} : {
                "awslogs-group"         = local.container_logs[task_name][number].group
                "awslogs-region"        = local.region
                "awslogs-stream-prefix" = local.container_logs[task_name][number].prefix
              },
            )
            secretOptions = [
              for name, from in container.log_configuration.secret_options :
              { name = name, valueFrom = from }
            ]
          } : key => value if length(value) > 0
        }
      } : key => value
      # AWS returns neither nulls nor empty lists here. With them, no plan would be empty.
      if value != null && try(length(value) > 0, true)
    }
  ]) }

  # `length` counts characters, not bytes. Base64 has four characters for three bytes.
  definition_bytes = {
    for name, encoded in { for name, json in local.container_definitions : name => base64encode(json) } :
    name => floor(length(trimsuffix(trimsuffix(encoded, "="), "=")) * 3 / 4)
  }
}
