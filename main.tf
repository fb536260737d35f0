# Read once and passed down. `trimspace` changes nothing but tells Terraform that
# the values are not null even where reading waits for apply (`depends_on` on the
# call of this module), so that counts further down stay known.
data "aws_service" "ecs" {
  service_id = "ecs"
}

data "aws_caller_identity" "this" {}

locals {
  _region     = trimspace(data.aws_service.ecs.region)
  _partition  = trimspace(data.aws_service.ecs.partition)
  _account_id = trimspace(data.aws_caller_identity.this.account_id)
}

################################################################################
# Cluster: made, or one that exists
################################################################################

locals {
  _capacity_providers = (
    try(var.cluster.capacity_providers, null) == null
    ? ["FARGATE", "FARGATE_SPOT"]
    : var.cluster.capacity_providers
  )

  # What can be said of a cluster beside which one it is; the first of one that is
  # made only.
  _of_made_cluster = [
    "container_insights", "execute_command_configuration", "managed_storage_configuration", "tags",
  ]
  _of_cluster = concat(
    local._of_made_cluster, ["capacity_providers", "default_capacity_provider_strategy"]
  )

  # Not by `arn == null`: of a cluster made in the same plan that is unknown.
  _create_cluster = (
    var.cluster == null ? true :
    var.cluster.create != null ? var.cluster.create :
    anytrue([for key in concat(["name"], local._of_cluster) : var.cluster[key] != null])
  )

  _cluster_name = (
    local._create_cluster ? module.cluster[0].name :
    var.cluster.name != null ? var.cluster.name : split("/", var.cluster.arn)[1]
  )
  _cluster_arn = "arn:${local._partition}:ecs:${local._region}:${local._account_id}:cluster/${local._cluster_name}"
}

module "cluster" {
  source = "./modules/cluster"
  count  = local._create_cluster ? 1 : 0

  name               = coalesce(try(var.cluster.name, null), "${var.name}-cluster")
  capacity_providers = local._capacity_providers
  container_insights = try(var.cluster.container_insights, null)
  tags               = merge(var.tags, var.cluster == null ? null : var.cluster.tags, local._tags_of_made)

  default_capacity_provider_strategy = local._default_strategy
  execute_command_configuration      = var.cluster == null ? null : var.cluster.execute_command_configuration
  managed_storage_configuration      = var.cluster == null ? null : var.cluster.managed_storage_configuration
}

################################################################################
# Tasks, and the role that ECS starts them with: made, or one that exists
################################################################################

locals {
  # An empty one says as much as none.
  _default_strategy = (
    length(try(coalesce(var.cluster.default_capacity_provider_strategy, []), [])) == 0
    ? null : var.cluster.default_capacity_provider_strategy
  )
  _strategies = {
    for name, task in var.tasks : name => (
      task.launch_type == null && task.capacity_provider_strategy == null
      ? local._default_strategy : task.capacity_provider_strategy
    )
  }

  # What tells the things of this call from all others in account and region, for
  # policies that cannot name each: no two calls can write the same parameters.
  _own_tag        = { key = "mwaa-ecs-contract", value = var.ssm_prefix }
  _tags_of_made   = { (local._own_tag.key) = local._own_tag.value }
  _task_role_path = "/${var.name}/tasks/"

  _made_role_names = [
    for task in var.tasks : task.task_role.name if try(task.task_role.name, null) != null
  ]
}

# One module instance for all tasks: each further one would cost every plan time.
module "task" {
  source = "./modules/task-definition"

  name                               = var.name
  tasks                              = var.tasks
  execution_role_arn                 = local._execution_role_arn
  default_capacity_provider_strategy = local._default_strategy
  logs                               = var.logs
  resource_tag                       = local._own_tag
  task_role_path                     = local._task_role_path
  region                             = local._region
  account_id                         = local._account_id
  partition                          = local._partition
  tags                               = var.tags
}

locals {
  # Not by `arn == null`: of a role made in the same plan that is unknown.
  _create_execution_role = (
    var.execution_role == null ? true :
    var.execution_role.create != null ? var.execution_role.create :
    anytrue([
      var.execution_role.name != null,
      var.execution_role.path != null,
      var.execution_role.permissions_boundary != null,
      var.execution_role.kms_key_arns != null,
      var.execution_role.more_policies != null,
    ])
  )

  _containers = flatten([for task in var.tasks : concat([task], values(task.sidecars))])

  _execution_role_arn = (
    local._create_execution_role ? module.execution_role[0].arn : var.execution_role.arn
  )
}

module "execution_role" {
  source = "./modules/execution-role"
  count  = local._create_execution_role ? 1 : 0

  name                 = coalesce(try(var.execution_role.name, null), "${var.name}-execution")
  path                 = try(var.execution_role.path, null)
  permissions_boundary = try(var.execution_role.permissions_boundary, null)
  images               = [for container in local._containers : container.image]
  secrets = flatten([
    [
      for container in local._containers : [
        values(container.secrets),
        values(container.log_configuration.secret_options),
        container.repository_credentials[*].credentials_parameter,
      ]
    ],
    [
      for task in var.tasks : [
        for volume in values(task.volumes) :
        volume.fsx_windows_file_server_volume_configuration[*].authorization_config.credentials_parameter
      ]
    ],
  ])
  file_arns = flatten([
    for container in local._containers : [
      container.environment_files,
      [
        # Without a value the task is refused, by name.
        for firelens in container.firelens_configuration[*] : firelens.options["config-file-value"]
        if lookup(firelens.options, "config-file-type", "") == "s3" && contains(keys(firelens.options), "config-file-value")
      ],
    ]
  ])
  credential_specs      = flatten([for container in local._containers : container.credential_specs])
  kms_key_arns          = try(var.execution_role.kms_key_arns, null)
  more_policies         = try(var.execution_role.more_policies, null)
  log_group_names       = module.task.log_group_names.created
  other_log_group_names = module.task.log_group_names.existing
  own_tag               = local._own_tag
  region                = local._region
  account_id            = local._account_id
  partition             = local._partition
  tags                  = var.tags
}

################################################################################
# What Airflow's role may do
################################################################################

module "policy" {
  source = "./modules/iam-policy"

  name            = coalesce(var.policy.name, "${var.name}-run-tasks")
  role_name       = var.mwaa_execution_role_name
  attach          = var.policy.attach
  cluster_arn     = local._cluster_arn
  families        = values(module.task.families)
  log_group_names = module.task.log_group_names.read_created
  passed_role_arns = concat(
    [local._execution_role_arn],
    [for task in module.task.tasks : task.task_role_arn if task.task_role_arn != null]
  )
  parameter_names       = module.ssm_parameters.parameter_names
  parameter_paths       = var.policy.secrets_backend ? [module.ssm_parameters.tasks_path] : []
  own_tag               = local._own_tag
  own_role_paths        = [local._task_role_path]
  own_parameter_paths   = [module.ssm_parameters.tasks_path]
  other_log_group_names = module.task.log_group_names.read_existing
  kms_key_arns          = var.policy.kms_key_arns
  log_kms_key_arns      = var.logs.kms_key_arn == null ? [] : [var.logs.kms_key_arn]
  allow_reattach        = var.policy.reattach
  allow_tags            = var.policy.tags || anytrue([for task in var.tasks : task.propagate_tags])
  allow_execute_command = var.policy.execute_command
  allow_register        = var.policy.register
  managed               = var.policy.managed
  tags                  = var.tags
  region                = local._region
  account_id            = local._account_id
  partition             = local._partition
}

################################################################################
# What DAGs read
################################################################################

module "ssm_parameters" {
  source = "./modules/ssm-parameters"

  prefix       = var.ssm_prefix
  cluster      = local._cluster_name
  tasks        = module.task.contracts
  default_task = var.default_task
  network = {
    subnet_ids         = var.network.subnet_ids
    security_group_ids = local._security_group_ids
    assign_public_ip   = var.network.assign_public_ip
  }
  region = local._region
  tags   = var.tags
}
