# Each way to run, each kind of volume and of secret, and most fields of a
# container; ids and ARNs of the same plan wherever a user has some.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.79, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "Region of the local AWS."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)
}

variable "mwaa_execution_role_name" {
  description = "Role that gets the policy."
  type        = string
}

resource "aws_secretsmanager_secret" "db" {
  name = "db"

  # The local AWS ends the ARN with these characters. Random ones of one case alone can be taken
  # for a part of the name, and modules/execution-role then grants one more form.
  tags = { _custom_id_ = "aBcDeF" }
}

resource "aws_ssm_parameter" "token" {
  name           = "/app/token"
  type           = "String"
  insecure_value = "t"
}

resource "aws_iam_policy" "read" {
  name_prefix = "read-"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
  })
}

resource "aws_iam_role" "given" {
  name_prefix = "given-"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_ecr_repository" "etl" {
  name = "team/etl"
}

resource "aws_kms_key" "logs" {
  deletion_window_in_days = 7
}

resource "aws_cloudwatch_log_group" "given" {
  name = "/given"
}

module "airflow_ecs" {
  source = "../../.."

  name                     = "every"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = { subnet_ids = var.subnet_ids }
  default_task             = "fargate"
  logs                     = { kms_key_arn = aws_kms_key.logs.arn }
  execution_role           = { kms_key_arns = [aws_kms_key.logs.arn] }

  cluster = {
    capacity_providers                 = ["FARGATE", "FARGATE_SPOT", "own"]
    container_insights                 = "enhanced"
    default_capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }]
    execute_command_configuration = {
      kms_key_id        = aws_kms_key.logs.arn
      logging           = "OVERRIDE"
      log_configuration = { cloud_watch_log_group_name = "/exec" }
    }
    managed_storage_configuration = { fargate_ephemeral_storage_kms_key_id = aws_kms_key.logs.arn }
    tags                          = { purpose = "tests" }
  }

  tasks = {
    fargate = {
      image                    = "${aws_ecr_repository.etl.repository_url}:1"
      launch_type              = "FARGATE"
      cpu                      = 1024
      memory                   = 4096
      container_cpu            = 512
      container_memory         = 2048
      memory_reservation       = 1024
      environment              = { ZONE = "eu", ALPHA = "1" }
      environment_files        = ["arn:aws:s3:::settings/nightly.env"]
      user                     = "1000"
      working_directory        = "/work"
      readonly_root_filesystem = true
      start_timeout            = 60
      stop_timeout             = 90
      depends_on               = { proxy = "HEALTHY", first = "SUCCESS" }
      docker_labels            = { zone = "eu", alpha = "1" }
      system_controls          = { "net.core.somaxconn" = "1024" }
      ulimits                  = { nofile = { soft_limit = 1024, hard_limit = 4096 } }
      ephemeral_storage        = { size_in_gib = 50 }
      runtime_platform         = { cpu_architecture = "ARM64" }
      pid_mode                 = "task"
      propagate_tags           = true
      tags                     = { job = "nightly" }
      log_configuration        = { options = { mode = "non-blocking", max-buffer-size = "25m" } }
      repository_credentials   = { credentials_parameter = aws_secretsmanager_secret.db.arn }

      secrets = {
        WHOLE     = aws_secretsmanager_secret.db.arn
        KEY       = "${aws_secretsmanager_secret.db.arn}:password::"
        PARAMETER = aws_ssm_parameter.token.arn
        NAME      = "/app/token"
      }

      linux_parameters = {
        init_process_enabled = true
        capabilities         = { drop = ["ALL"], add = ["SYS_PTRACE"] }
        tmpfs                = [{ container_path = "/tmp", size = 64, mount_options = ["noexec"] }]
      }

      port_mappings = [{ container_port = 8080 }, { container_port = 53, protocol = "udp", name = "dns" }]

      mount_points = [
        { source_volume = "scratch", container_path = "/scratch" },
        { source_volume = "data", container_path = "/data", read_only = true },
      ]

      volumes = {
        scratch = {}
        data = {
          efs_volume_configuration = {
            file_system_id       = "fs-0a1b2c3d"
            authorization_config = { access_point_id = "fsap-0a1b2c3d", iam = "ENABLED" }
          }
        }
      }

      task_role = {
        policies = { read = aws_iam_policy.read.arn }
        statements = {
          Write = {
            actions    = ["s3:PutObject"]
            resources  = ["arn:aws:s3:::out/*"]
            conditions = { Bool = { "aws:SecureTransport" = ["true"] } }
          }
        }
      }

      sidecars = {
        first = { image = "busybox:1", volumes_from = [{ source_container = "proxy" }] }
        proxy = {
          image        = "proxy:1"
          essential    = true
          cpu          = 128
          memory       = 256
          health_check = { command = ["CMD-SHELL", "true"], start_period = 10 }
        }
      }
    }

    # Its role is known only after apply, and so which revision DAGs run.
    spot = { image = "etl:1", task_role_arn = aws_iam_role.given.arn, track_latest = false }

    weighted = {
      image            = "etl:1"
      log_group_name   = aws_cloudwatch_log_group.given.name
      create_log_group = false
      capacity_provider_strategy = [
        { capacity_provider = "FARGATE", base = 1, weight = 1 },
        { capacity_provider = "FARGATE_SPOT", weight = 3 },
      ]
    }

    own = {
      image                      = "etl:1"
      container_memory           = 1024
      capacity_provider_strategy = [{ capacity_provider = "own", weight = 1 }]
      placement_constraints      = [{ expression = "attribute:ecs.instance-type == g5.xlarge" }]
      placement_strategy         = [{ type = "binpack", field = "memory" }]
      resource_requirements      = { GPU = "1" }
    }

    ec2 = {
      image                   = "etl:1"
      launch_type             = "EC2"
      memory                  = 512
      network_mode            = "bridge"
      pid_mode                = "host"
      ipc_mode                = "host"
      privileged              = true
      interactive             = true
      pseudo_terminal         = true
      hostname                = "job"
      dns_servers             = ["10.0.0.2"]
      dns_search_domains      = ["corp"]
      extra_hosts             = { db = "10.0.0.3" }
      links                   = ["side:s"]
      docker_security_options = ["no-new-privileges"]
      port_mappings           = [{ container_port = 80 }, { container_port_range = "90-95" }]
      sidecars                = { side = { image = "side:1" } }

      linux_parameters = {
        shared_memory_size = 256
        max_swap           = 100
        swappiness         = 10
        devices            = [{ host_path = "/dev/fuse", permissions = ["read"] }]
      }

      volumes = {
        host = { host_path = "/mnt" }
        task = { docker_volume_configuration = {} }
        shared = {
          docker_volume_configuration = {
            scope         = "shared"
            autoprovision = true
            driver_opts   = { type = "tmpfs" }
            labels        = { team = "etl" }
          }
        }
      }
    }

    # Its ports are the host's.
    host = {
      image            = "etl:1"
      launch_type      = "EC2"
      network_mode     = "host"
      container_memory = 256
      port_mappings    = [{ container_port = 8081 }]
    }

    windows = {
      image            = "mcr.microsoft.com/windows/servercore:ltsc2022"
      launch_type      = "EC2"
      cpu              = 1024
      memory           = 2048
      runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }
      volumes = {
        share = {
          fsx_windows_file_server_volume_configuration = {
            file_system_id       = "fs-0a1b2c3d"
            root_directory       = "share"
            authorization_config = { credentials_parameter = aws_secretsmanager_secret.db.arn, domain = "corp" }
          }
        }
      }
    }

    firelens = {
      image       = "etl:1"
      launch_type = "EC2"
      memory      = 512
      log_configuration = {
        log_driver     = "awsfirelens"
        options        = { Name = "http" }
        secret_options = { http_passwd = "/app/token" }
      }
      sidecars = {
        router = {
          image     = "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable"
          essential = true
          firelens_configuration = {
            options = { config-file-type = "s3", config-file-value = "arn:aws:s3:::settings/fluent.conf" }
          }
        }
      }
    }
  }
}

output "operator_kwargs" {
  description = "By task: keyword arguments of EcsRunTaskOperator."
  value       = module.airflow_ecs.operator_kwargs
}

output "tasks" {
  description = "By task: names and ARNs."
  value       = module.airflow_ecs.tasks
}

output "policy_json" {
  description = "What the role may do."
  value       = module.airflow_ecs.policy_json
}
