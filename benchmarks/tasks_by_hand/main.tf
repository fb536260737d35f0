# The root module's resources for `count` tasks, written by hand: the lower bound of
# resources, calls and seconds. Nothing is checked here.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.79, < 7.0"
    }
  }
}

provider "aws" {}

variable "tasks" {
  description = "Names of the tasks."
  type        = set(string)
}

variable "subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)
}

variable "vpc_id" {
  description = "VPC of the subnets."
  type        = string
}

variable "mwaa_execution_role_name" {
  description = "Role that gets the policy."
  type        = string
}

locals {
  account = "arn:aws:%s:eu-west-1:123456789012:%s"
}

resource "aws_ecs_cluster" "this" {
  name = "bench-cluster"
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_security_group" "this" {
  name   = "bench-tasks"
  vpc_id = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "execution" {
  name = "bench-execution"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "execution" {
  name = "start-tasks"
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = format(local.account, "logs", "log-group:/ecs/bench-*")
    }]
  })
}

resource "aws_iam_role_policy" "mwaa" {
  name = "bench-run-tasks"
  role = var.mwaa_execution_role_name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ecs:RunTask"
        Resource = format(local.account, "ecs", "task-definition/bench-*:*")
      },
      {
        Effect   = "Allow"
        Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
        Resource = format(local.account, "ecs", "task/bench-cluster/*")
      },
      {
        Effect   = "Allow"
        Action   = "iam:PassRole"
        Resource = aws_iam_role.execution.arn
      },
      {
        Effect   = "Allow"
        Action   = "logs:GetLogEvents"
        Resource = format(local.account, "logs", "log-group:/ecs/bench-*")
      },
      {
        Effect   = "Allow"
        Action   = "ssm:GetParameter*"
        Resource = format(local.account, "ssm", "parameter/mwaa/*")
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = var.tasks

  name              = "/ecs/bench-${each.key}"
  retention_in_days = 30
}

resource "aws_ecs_task_definition" "this" {
  for_each = var.tasks

  family                   = "bench-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name        = each.key
    image       = "etl:1.4"
    essential   = true
    command     = ["python", "-m", each.key]
    environment = [{ name = "STAGE", value = "prod" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this[each.key].name
        awslogs-region        = "eu-west-1"
        awslogs-stream-prefix = "ecs"
      }
    }
  }])
}

resource "aws_ssm_parameter" "task" {
  for_each = var.tasks

  name = "/mwaa/tasks/${each.key}"
  type = "String"
  insecure_value = jsonencode({
    cluster               = aws_ecs_cluster.this.name
    task_definition       = aws_ecs_task_definition.this[each.key].family
    container_name        = each.key
    launch_type           = "FARGATE"
    awslogs_group         = aws_cloudwatch_log_group.this[each.key].name
    awslogs_region        = "eu-west-1"
    awslogs_stream_prefix = "ecs/${each.key}"
    network_configuration = {
      awsvpcConfiguration = { subnets = var.subnet_ids, securityGroups = [aws_security_group.this.id] }
    }
  })
}

resource "aws_ssm_parameter" "shared" {
  for_each = {
    "ecs/cluster"         = aws_ecs_cluster.this.name
    "ecs/task_definition" = "bench-${sort(var.tasks)[0]}"
    "vpc/private_subnets" = join(",", var.subnet_ids)
    "vpc/security_group"  = aws_security_group.this.id
    "cw/log_group"        = "/ecs/bench-${sort(var.tasks)[0]}"
    "cw/log_stream"       = "ecs/${sort(var.tasks)[0]}"
  }

  name           = "/mwaa/${each.key}"
  type           = "String"
  insecure_value = each.value
}
