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
    error_message = join("", [
      "cluster.capacity_providers is ${jsonencode(var.cluster.capacity_providers)}, but ",
      join("; ", flatten([
        for name, strategy in local.strategies : [
          for s in coalesce(strategy, []) : "the task ${jsonencode(name)} runs on ${s.capacity_provider}"
          if !contains(local.capacity_providers, s.capacity_provider)
        ]
      ])),
      ". If the cluster has it, add it; else change the task's capacity_provider_strategy or ",
      "cluster.default_capacity_provider_strategy.",
    ])
  }
}

output "cluster_arn" {
  description = "ARN of the cluster that the tasks run on."
  value       = local.cluster_arn
}

output "tasks" {
  description = <<-EOT
    What each task consists of, by the task's name.
    - `family`: family of the task definition.
    - `arn`: ARN of its newest revision.
    - `container_name`: name of the main container.
    - `log_group_name`: log group of the main container, or null.
    - `task_role_arn`: role of the programs in the containers, or null.
    - `parameter_name`: parameter with the arguments that a DAG needs.
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
      "${join(" and ", [for name in names : jsonencode(name)])} have the family ${jsonencode(family)}"
      if length(names) > 1
    ])}. Each would replace the other's revision. Set a different family for each."
  }

  precondition {
    condition = alltrue([for creators in values(module.task.log_group_creators) : length(creators) == 1])
    error_message = "tasks: ${join("; ", [
      for group, creators in module.task.log_group_creators :
      "${join(" and ", [for name in creators : jsonencode(name)])} would each create the log group ${jsonencode(group)}"
      if length(creators) > 1
    ])}. Set create_log_group = false in all but one, or a different log_group_name for each."
  }

  precondition {
    condition = length(distinct(local.created_role_names)) == length(local.created_role_names)
    error_message = "tasks: ${join("; ", [
      for role, names in {
        for name, task in var.tasks : task.task_role.name => name... if try(task.task_role.name, null) != null
      } : "${join(" and ", [for name in names : jsonencode(name)])} would each create the role ${jsonencode(role)}"
      if length(names) > 1
    ])}. Set a different task_role.name for each, or let one create it and set its ARN as task_role_arn in the others."
  }
}

output "operator_kwargs" {
  description = "Keyword arguments of EcsRunTaskOperator by task, the same as in the task's parameter."
  value       = module.ssm_parameters.operator_kwargs
}

output "dag_snippet" {
  description = <<-EOT
    Python to paste into a DAG, by task. Print one with
    `terraform output -json dag_snippet | jq -r '.["<task>"]'`.
  EOT
  value       = local.dag_snippets
}

output "execution_role_arn" {
  description = "ARN of the role that ECS starts the tasks with."
  value       = local.execution_role_arn

  precondition {
    condition = !local.create_execution_role || length(local.execution_role_name) <= 64
    error_message = join("", [
      "execution_role.name: the role would be called ${jsonencode(local.execution_role_name)}, which has ",
      "${length(local.execution_role_name)} characters. A role's name has at most 64. Set execution_role = { name = ",
      "\"...\" }, or shorten name.",
    ])
  }
}

output "security_group_ids" {
  description = "Security groups of the tasks."
  value       = local.security_group_ids
}

output "contracts" {
  description = <<-EOT
    By task: the keyword arguments of EcsRunTaskOperator, as the task's parameter holds them.
  EOT
  value       = module.ssm_parameters.operator_kwargs
}

output "policy_json" {
  description = "JSON of the policy of Airflow's role. It is attached if `mwaa_execution_role_name` is set."
  value       = module.policy.json
}

output "image_index" {
  description = "The index that DAGs look images up in: tasks by image."
  value       = module.ssm_parameters.image_index
}

output "parameter_names" {
  description = "Full names of the parameters that DAGs read."
  value       = module.ssm_parameters.parameter_names
}
