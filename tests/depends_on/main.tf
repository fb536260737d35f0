# The root and every module, each with a `depends_on` on something with a pending change.

variable "pending" {
  type = string
}

resource "terraform_data" "pending" {
  input = var.pending
}

module "root" {
  source = "../.."

  name    = "etl"
  network = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  tasks = {
    nightly = { image = "etl:1", task_role = { statements = {} } }
  }

  depends_on = [terraform_data.pending]
}

module "cluster" {
  source = "../../modules/cluster"

  name = "alone"

  depends_on = [terraform_data.pending]
}

module "task_definition" {
  source = "../../modules/task-definition"

  name               = "alone"
  execution_role_arn = module.execution_role.arn
  tasks = {
    nightly = { image = "etl:1", task_role = { statements = {} } }
  }

  depends_on = [terraform_data.pending]
}

module "execution_role" {
  source = "../../modules/execution-role"

  name            = "alone"
  images          = ["etl:1"]
  log_group_names = ["/ecs/alone"]

  depends_on = [terraform_data.pending]
}

module "iam_policy" {
  source = "../../modules/iam-policy"

  name             = "alone"
  managed          = true
  cluster_arn      = "arn:aws:ecs:eu-west-1:123456789012:cluster/alone"
  families         = ["alone-nightly"]
  log_group_names  = ["/ecs/alone"]
  passed_role_arns = ["arn:aws:iam::123456789012:role/alone"]
  parameter_names  = ["/alone/tasks/nightly"]

  depends_on = [terraform_data.pending]
}

module "security_group" {
  source = "../../modules/security-group"

  name   = "alone"
  vpc_id = "vpc-0a1"

  depends_on = [terraform_data.pending]
}

module "ssm_parameters" {
  source = "../../modules/ssm-parameters"

  prefix  = "/alone"
  cluster = "alone"
  network = { subnet_ids = ["subnet-0a1"], security_group_ids = ["sg-0c3"] }
  tasks   = module.task_definition.contracts

  depends_on = [terraform_data.pending]
}

module "network" {
  source = "../../modules/network"

  name         = "alone"
  nat_gateways = "none"
  flow_logs    = {}

  depends_on = [terraform_data.pending]
}

module "mwaa" {
  source = "../../modules/mwaa-environment"

  name       = "alone"
  subnet_ids = ["subnet-0a1", "subnet-0b2"]

  depends_on = [terraform_data.pending]
}

module "dags" {
  source = "../../modules/dags"

  bucket       = module.mwaa.bucket_name
  source_dir   = "${path.module}/dags"
  requirements = "${path.module}/dags/none.py"

  depends_on = [terraform_data.pending]
}

# An id of a resource that is replaced is not known in the plan, and an unknown value fails the assertion.
output "kept" {
  value = {
    root = [
      module.root.tasks["nightly"].arn, module.root.security_group_ids, module.root.execution_role_arn,
      module.root.cluster_arn, module.root.parameter_names,
    ]
    cluster         = module.cluster.arn
    task_definition = module.task_definition.tasks
    execution_role  = module.execution_role.arn
    iam_policy      = module.iam_policy.arn
    security_group  = module.security_group.id
    ssm_parameters  = module.ssm_parameters.parameter_names
    network         = [module.network.vpc_id, module.network.private_subnet_ids, module.network.endpoint_services]
    mwaa = [
      module.mwaa.arn, module.mwaa.bucket_name, module.mwaa.execution_role_arn, module.mwaa.security_group_ids,
    ]
    dags = [module.dags.keys, module.dags.requirements]
  }
}
