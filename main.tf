# Read once and passed to all modules.
data "aws_service" "ecs" {
  service_id = "ecs"
}

data "aws_caller_identity" "this" {}

# The state keeps what was read. `depends_on` on this module's block defers all data sources to the apply while
# a change is pending, and names that are not known then replace what exists.
resource "terraform_data" "place" {
  input = {
    region     = data.aws_service.ecs.region
    partition  = data.aws_service.ecs.partition
    account_id = data.aws_caller_identity.this.account_id
  }

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition = (
        self.input.region == data.aws_service.ecs.region &&
        self.input.account_id == data.aws_caller_identity.this.account_id
      )
      error_message = join(" ", [
        "This state belongs to region ${jsonencode(self.input.region)} of account",
        "${jsonencode(self.input.account_id)}, but the provider works in",
        "region ${jsonencode(data.aws_service.ecs.region)} of account",
        "${jsonencode(data.aws_caller_identity.this.account_id)}. Set the provider to the region and account of this",
        "state, or use another state.",
      ])
    }
  }
}

# As read now, for validations and for the conditions of data sources. A data source whose condition depends on a
# resource with a pending change is not read in the plan.
locals {
  provider_region     = data.aws_service.ecs.region
  provider_partition  = data.aws_service.ecs.partition
  provider_account_id = data.aws_caller_identity.this.account_id
}

# `trimspace` changes nothing, but tells Terraform that the values are not null. So counts further down are known
# in a first plan that is deferred.
locals {
  region     = trimspace(terraform_data.place.input.region)
  partition  = trimspace(terraform_data.place.input.partition)
  account_id = trimspace(terraform_data.place.input.account_id)
}

################################################################################
# Cluster: created or existing
################################################################################

locals {
  create_cluster = var.cluster.existing == null

  # Fields that cannot be set for an existing cluster.
  created_cluster_fields = [
    "name", "container_insights", "execute_command_configuration", "managed_storage_configuration", "tags",
  ]

  capacity_providers = coalesce(var.cluster.capacity_providers, ["FARGATE", "FARGATE_SPOT"])

  cluster_name = (
    local.create_cluster ? module.cluster[0].name :
    var.cluster.existing.name != null ? var.cluster.existing.name : split("/", var.cluster.existing.arn)[1]
  )
  cluster_arn = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:cluster/${local.cluster_name}"
}

module "cluster" {
  source = "./modules/cluster"
  count  = local.create_cluster ? 1 : 0

  name               = coalesce(var.cluster.name, "${var.name}-cluster")
  capacity_providers = local.capacity_providers
  container_insights = var.cluster.container_insights
  tags               = merge(var.tags, var.cluster.tags, local.created_tags)

  default_capacity_provider_strategy = local.default_strategy
  execute_command_configuration      = var.cluster.execute_command_configuration
  managed_storage_configuration      = var.cluster.managed_storage_configuration
}

################################################################################
# Tasks, and the role that ECS starts them with: created or existing
################################################################################

locals {
  # An empty strategy is the same as none.
  default_strategy = (
    length(coalesce(var.cluster.default_capacity_provider_strategy, [])) == 0
    ? null : var.cluster.default_capacity_provider_strategy
  )
  strategies = {
    for name, task in var.tasks : name => (
      task.launch_type == null && task.capacity_provider_strategy == null
      ? local.default_strategy : task.capacity_provider_strategy
    )
  }

  # Tag that marks this module instance's resources, for policies that do not list each. Its
  # value is unique, because two instances in an account and region cannot share a prefix.
  resource_tag = { key = "mwaa-ecs-contract", value = var.ssm_prefix }
  created_tags = { (local.resource_tag.key) = local.resource_tag.value }
  # IAM's names are global: with the region, the same name can be used in two regions
  # of an account.
  task_role_path      = "/${var.name}-${local.region}/tasks/"
  execution_role_name = coalesce(var.execution_role.name, "${var.name}-execution-${local.region}")

  created_role_names = [
    for task in var.tasks : task.task_role.name if try(task.task_role.name, null) != null
  ]
}

# One module instance for all tasks, because each more makes every plan slower.
module "task" {
  source = "./modules/task-definition"

  name                               = var.name
  tasks                              = var.tasks
  execution_role_arn                 = local.execution_role_arn
  default_capacity_provider_strategy = local.default_strategy
  logs                               = var.logs
  resource_tag                       = local.resource_tag
  propagate_tags                     = var.policy.own_tasks_only
  task_role_path                     = local.task_role_path
  region                             = local.region
  account_id                         = local.account_id
  partition                          = local.partition
  tags                               = var.tags
}

locals {
  create_execution_role = var.execution_role.existing == null

  # Fields that cannot be set for an existing role.
  created_role_fields = [
    "name", "path", "permissions_boundary", "kms_key_arns", "grant_by", "additional_policy_count",
  ]

  containers = flatten([for task in var.tasks : concat([task], values(task.sidecars))])

  execution_role_arn = (
    local.create_execution_role ? module.execution_role[0].arn : var.execution_role.existing.arn
  )
}

module "execution_role" {
  source = "./modules/execution-role"
  count  = local.create_execution_role ? 1 : 0

  # A name that is too long must not fail here: the output says what to set.
  name                 = substr(local.execution_role_name, 0, 64)
  path                 = var.execution_role.path
  permissions_boundary = var.execution_role.permissions_boundary
  images               = [for container in local.containers : container.image]
  secrets = flatten([
    [
      for container in local.containers : [
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
    for container in local.containers : [
      container.environment_files,
      [
        # A missing config-file-value is an error of the task, which modules/task-definition reports.
        for firelens in container.firelens_configuration[*] : firelens.options["config-file-value"]
        if alltrue([
          lookup(firelens.options, "config-file-type", "") == "s3",
          contains(keys(firelens.options), "config-file-value"),
        ])
      ],
    ]
  ])
  credential_specs         = flatten([for container in local.containers : container.credential_specs])
  kms_key_arns             = var.execution_role.kms_key_arns
  grant_by                 = coalesce(var.execution_role.grant_by, "name")
  additional_policy_count  = coalesce(var.execution_role.additional_policy_count, 0)
  log_group_names          = module.task.log_group_names.created
  existing_log_group_names = module.task.log_group_names.existing
  resource_tag             = local.resource_tag
  region                   = local.region
  account_id               = local.account_id
  partition                = local.partition
  tags                     = var.tags
}

################################################################################
# Policy of Airflow's role
################################################################################

module "policy" {
  source = "./modules/iam-policy"

  name            = coalesce(var.policy.name, "${var.name}-run-tasks-${local.region}")
  role_name       = var.mwaa_execution_role_name
  attach          = var.policy.attach
  cluster_arn     = local.cluster_arn
  families        = values(module.task.families)
  log_group_names = module.task.log_group_names.read_created
  passed_role_arns = concat(
    [local.execution_role_arn],
    [for task in module.task.tasks : task.task_role_arn if task.task_role_arn != null]
  )
  parameter_names          = module.ssm_parameters.parameter_names
  parameter_paths          = var.policy.secrets_backend ? [module.ssm_parameters.tasks_path] : []
  resource_tag             = local.resource_tag
  task_role_paths          = [local.task_role_path]
  task_parameter_paths     = [module.ssm_parameters.tasks_path]
  index_path               = module.ssm_parameters.images_path
  existing_log_group_names = module.task.log_group_names.read_existing
  kms_key_arns             = var.policy.kms_key_arns
  log_kms_key_arns         = var.logs.kms_key_arn == null ? [] : [var.logs.kms_key_arn]
  allow_reattach           = var.policy.reattach
  allow_tags = var.policy.tags || var.policy.own_tasks_only || anytrue([
    for task in var.tasks : task.propagate_tags
  ])
  own_tasks_only        = var.policy.own_tasks_only
  allow_execute_command = var.policy.execute_command
  grant_by              = var.policy.grant_by
  allow_register        = var.policy.register
  managed               = var.policy.managed
  tags                  = var.tags
  region                = local.region
  account_id            = local.account_id
  partition             = local.partition
}

################################################################################
# Parameters that DAGs read
################################################################################

module "ssm_parameters" {
  source = "./modules/ssm-parameters"

  prefix       = var.ssm_prefix
  cluster      = local.cluster_name
  tasks        = module.task.contracts
  default_task = var.default_task
  images = {
    for name, task in var.tasks : name => {
      image             = task.image
      aliases           = module.task.contracts[name].image_aliases
      cpu               = module.task.sizes[name].cpu
      memory            = module.task.sizes[name].memory
      entry_point       = task.entry_point
      user              = task.user
      working_directory = task.working_directory
      mounts            = task.mount_points[*].container_path
      secrets           = keys(task.secrets)
      on_fargate        = module.task.sizes[name].on_fargate
    }
  }
  network = {
    subnet_ids         = var.network.subnet_ids
    security_group_ids = local.security_group_ids
    assign_public_ip   = var.network.assign_public_ip
  }
  region = local.region
  tags   = var.tags
}
