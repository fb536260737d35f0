locals {
  # A task on EC2 instances has no public address, and RunTask refuses assignPublicIp = ENABLED.
  on_fargate = {
    for name, task in var.tasks : name => task.launch_type == "FARGATE" || (
      task.capacity_provider_strategy != null && alltrue([
        for s in coalesce(task.capacity_provider_strategy, []) : startswith(s.capacity_provider, "FARGATE")
      ])
    )
  }

  # Exactly the keyword arguments of EcsRunTaskOperator, in boto3's spelling.
  # https://airflow.apache.org/docs/apache-airflow-providers-amazon/stable/operators/ecs.html
  operator_kwargs = {
    for name, task in var.tasks : name => {
      for key, value in {
        cluster          = var.cluster
        task_definition  = task.revision == null ? task.task_definition : "${task.task_definition}:${task.revision}"
        container_name   = task.container_name
        launch_type      = task.launch_type
        platform_version = task.platform_version
        propagate_tags   = task.propagate_tags
        placement_strategy = task.placement_strategy == null ? null : [
          for s in coalesce(task.placement_strategy, []) : {
            for key, value in { type = s.type, field = s.field } : key => value if value != null
          }
        ]
        capacity_provider_strategy = task.capacity_provider_strategy == null ? null : [
          for s in coalesce(task.capacity_provider_strategy, []) : {
            for key, value in {
              capacityProvider = s.capacity_provider
              weight           = s.weight
              base             = s.base
            } : key => value if value != null
          }
        ]
        # RunTask accepts a network for tasks in network mode awsvpc only.
        network_configuration = task.network_mode != "awsvpc" ? null : {
          awsvpcConfiguration = {
            subnets        = var.network.subnet_ids
            securityGroups = var.network.security_group_ids
            assignPublicIp = var.network.assign_public_ip && local.on_fargate[name] ? "ENABLED" : "DISABLED"
          }
        }
        awslogs_group  = task.log_group
        awslogs_region = task.log_group == null ? null : local.region
        # The prefix ends with the container's name. Before version 9.1 of the amazon provider the
        # operator adds the task's id only; later it adds the container's name if it is missing.
        awslogs_stream_prefix = task.log_group == null ? null : "${task.log_stream_prefix}/${task.container_name}"
      } : key => value if value != null
    }
  }

  default_task   = var.default_task == null ? keys(var.tasks)[0] : var.default_task
  default_kwargs = local.operator_kwargs[local.default_task]

  shared = merge(
    {
      "ecs/cluster"         = local.default_kwargs.cluster
      "ecs/task_definition" = local.default_kwargs.task_definition
      "vpc/private_subnets" = join(",", var.network.subnet_ids)
      "vpc/security_group"  = var.network.security_group_ids[0]
    },
    # Parameter Store accepts no empty value, so these two exist only with a log group.
    var.tasks[local.default_task].log_group == null ? {} : {
      "cw/log_group"  = local.default_kwargs.awslogs_group
      "cw/log_stream" = local.default_kwargs.awslogs_stream_prefix
    }
  )

  # Sizes with the longest possible IDs and revisions, which may be known only after apply.
  sizes = {
    for name, kwargs in local.operator_kwargs : name => length(jsonencode(merge(kwargs, {
      task_definition = "${var.tasks[name].task_definition}:12345"
      network_configuration = {
        awsvpcConfiguration = {
          subnets        = [for _ in var.network.subnet_ids : "subnet-0123456789abcdef0"]
          securityGroups = [for _ in var.network.security_group_ids : "sg-0123456789abcdef0"]
          assignPublicIp = "DISABLED"
        }
      }
    })))
  }
}

################################################################################
# The six shared parameters, for the default task
# https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
################################################################################

# `insecure_value` is the provider's argument for a value that is not secret: the plan shows
# it. The type is String in any case.
resource "aws_ssm_parameter" "shared" {
  #checkov:skip=CKV2_AWS_34:It holds names and ids and never a secret, so DAGs need no right to a key.
  for_each = local.shared

  name           = "${var.prefix}/${each.key}"
  description    = "Read by DAGs that run ${local.default_task} on ECS."
  type           = "String"
  insecure_value = each.value
  tags           = var.tags
}

################################################################################
# One JSON parameter a task: EcsRunTaskOperator's keyword arguments
################################################################################

resource "aws_ssm_parameter" "task" {
  #checkov:skip=CKV2_AWS_34:It holds names and ids and never a secret, so DAGs need no right to a key.
  for_each = local.operator_kwargs

  name           = "${var.prefix}/tasks/${each.key}"
  description    = "Keyword arguments of EcsRunTaskOperator for ${each.key}."
  type           = "String"
  insecure_value = jsonencode(each.value)
  tags           = var.tags

  lifecycle {
    precondition {
      condition = local.sizes[each.key] <= 4096
      error_message = join("", [
        "Task ${jsonencode(each.key)}: its parameter would hold ${local.sizes[each.key]} characters. Parameter ",
        "Store accepts at most 4096. Use fewer subnets, shorter names or a shorter capacity_provider_strategy.",
      ])
    }
  }
}
