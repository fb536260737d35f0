provider "aws" {
  region = var.region
}

# A job that fetches its input in a first container, works on a scratch volume
# beside a database proxy, and keeps its result on EFS. One plan creates all of
# it, because a task's ids and ARNs may be known only after apply.
module "airflow_ecs" {
  source = "../.."

  name                     = "reports"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = { subnet_ids = var.subnet_ids }

  tasks = {
    monthly = {
      image        = "python:3.13-slim"
      command      = ["python", "-m", "http.client"]
      cpu          = 1024
      memory       = 4096
      depends_on   = { fetch = "SUCCESS", proxy = "HEALTHY" }
      stop_timeout = 120
      secrets      = { DB_PASSWORD = "${aws_secretsmanager_secret.db.arn}:password::" }

      ephemeral_storage = { size_in_gib = 50 }
      runtime_platform  = { cpu_architecture = "ARM64" }
      linux_parameters  = { init_process_enabled = true }

      mount_points = [
        { source_volume = "scratch", container_path = "/scratch" },
        { source_volume = "results", container_path = "/results" },
      ]

      task_role = {
        statements = {
          ReadInput = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::reports-input/*"] }
        }
      }

      sidecars = {
        fetch = {
          image        = "amazon/aws-cli:2.17.0"
          command      = ["s3", "cp", "s3://reports-input/today.csv", "/scratch/"]
          mount_points = [{ source_volume = "scratch", container_path = "/scratch" }]
        }
        proxy = {
          image        = "edoburu/pgbouncer:v1.23.1-p2"
          memory       = 512
          health_check = { command = ["CMD-SHELL", "pg_isready -h 127.0.0.1"], interval = 10 }
        }
      }

      volumes = {
        scratch = {}
        results = {
          efs_volume_configuration = {
            file_system_id       = aws_efs_file_system.results.id
            authorization_config = { access_point_id = aws_efs_access_point.results.id, iam = "ENABLED" }
          }
        }
      }
    }
  }
}

resource "aws_secretsmanager_secret" "db" {
  #checkov:skip=CKV_AWS_149:The key of Secrets Manager encrypts it. Set kms_key_id for a key of yours.
  #checkov:skip=CKV2_AWS_57:Rotation needs a function that knows the database, which is not part of this example.
  name_prefix = "reports-db-"
}

resource "aws_efs_file_system" "results" {
  #checkov:skip=CKV_AWS_184:The key of EFS encrypts it. Set kms_key_id for a key of yours.
  encrypted = true
}

# Files of the container belong to this user, whoever it runs as, and it sees this directory only.
resource "aws_efs_access_point" "results" {
  file_system_id = aws_efs_file_system.results.id

  posix_user {
    uid = 1000
    gid = 1000
  }

  root_directory {
    path = "/reports"

    creation_info {
      owner_uid   = 1000
      owner_gid   = 1000
      permissions = "0750"
    }
  }
}

# A task mounts the file system in its own zone, through the port of NFS.
resource "aws_efs_mount_target" "results" {
  for_each = { for number, id in var.subnet_ids : number => id }

  file_system_id  = aws_efs_file_system.results.id
  subnet_id       = each.value
  security_groups = [aws_security_group.results.id]
}

data "aws_subnet" "results" {
  id = var.subnet_ids[0]
}

resource "aws_security_group" "results" {
  name_prefix = "reports-results-"
  description = "The file system of the reports"
  vpc_id      = data.aws_subnet.results.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "results" {
  security_group_id            = aws_security_group.results.id
  description                  = "NFS from the tasks."
  referenced_security_group_id = module.airflow_ecs.security_group_ids[0]
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}
