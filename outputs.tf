output "cluster_name" {
  description = "Name of the cluster that the tasks run on."
  value       = local.cluster_name

  # For a cluster that this module creates, `tasks` validates this.
  precondition {
    condition = local.create_cluster || var.cluster.capacity_providers == null || alltrue(flatten([
      for strategy in local.strategies : [
        for s in coalesce(strategy, []) : contains(local.capacity_providers, s.capacity_provider)
      ]
    ]))
    error_message = "cluster.capacity_providers = ${jsonencode(var.cluster.capacity_providers)}, but ${join("; ", flatten([
      for name, strategy in local.strategies : [
        for s in coalesce(strategy, []) : "the task ${jsonencode(name)} runs on ${s.capacity_provider}"
        if !contains(local.capacity_providers, s.capacity_provider)
      ]
    ]))}. If the cluster has it, add it; else change the task's capacity_provider_strategy or cluster.default_capacity_provider_strategy."
  }
}

output "cluster_arn" {
  description = "ARN of the cluster that the tasks run on."
  value       = local.cluster_arn
}

output "tasks" {
  description = <<-EOT
    By task: `family` and newest `arn` of the task definition, `container_name` of the main container,
    `log_group_name`, `task_role_arn` where there is one, and `parameter_name`, which holds what a DAG must
    know.
  EOT
  value = {
    for name, task in module.task.tasks : name => {
      family         = task.family
      arn            = task.arn
      container_name = task.container_name
      log_group_name = task.log_group_name
      task_role_arn  = task.task_role_arn
      parameter_name = module.ssm_parameters.task_parameter_names[name]
    }
  }

  precondition {
    condition = length(distinct(values(module.task.families))) == length(module.task.families)
    error_message = "tasks: ${join("; ", [
      for family, names in transpose({ for name, family in module.task.families : name => [family] }) :
      "${join(" and ", names)} have the family ${jsonencode(family)}" if length(names) > 1
    ])}: each would replace the other's revision. Give each a family of its own."
  }

  precondition {
    condition = alltrue([for makers in values(module.task.log_group_makers) : length(makers) == 1])
    error_message = "tasks: ${join("; ", [
      for group, makers in module.task.log_group_makers :
      "${join(" and ", makers)} would each make the log group ${jsonencode(group)}" if length(makers) > 1
    ])}. Let one make it and say create_log_group = false in the others."
  }

  precondition {
    condition = length(distinct(local.made_role_names)) == length(local.made_role_names)
    error_message = "tasks: ${join("; ", [
      for role, names in { for name, task in var.tasks : task.task_role.name => name... if try(task.task_role.name, null) != null } :
      "${join(" and ", names)} would each make the role ${jsonencode(role)}" if length(names) > 1
    ])}. Let one make it, and give its ARN as task_role_arn in the others."
  }
}

output "operator_kwargs" {
  description = "By task: the keyword arguments of EcsRunTaskOperator, as the task's parameter holds them."
  value       = module.ssm_parameters.operator_kwargs
}

output "dag_snippet" {
  description = <<-EOT
    By task: Python to paste into a DAG. Print one by `terraform output -json dag_snippet | jq -r '.["<task>"]'`.
  EOT
  value       = local.dag_snippets
}

output "execution_role_arn" {
  description = "ARN of the role that ECS starts the tasks with."
  value       = local.execution_role_arn
}

output "security_group_ids" {
  description = "Security groups of the tasks."
  value       = local.security_group_ids
}

output "policy_json" {
  description = "What Airflow's role may do, as JSON. Attached already where `mwaa_execution_role_name` is given."
  value       = module.policy.json
}

output "image_index" {
  description = "By image: the tasks that run it, as DAGs find them that name an image."
  value       = module.ssm_parameters.image_index
}

output "parameter_names" {
  description = "Full names of the parameters that DAGs read."
  value       = module.ssm_parameters.parameter_names
}
