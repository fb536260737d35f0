# Lists whose length is not known in the plan.

resource "terraform_data" "ids" {
  input = { subnets = ["subnet-0a1", "subnet-0b2"], groups = ["sg-0c3", ""] }
}

# Read in the apply only.
data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [terraform_data.ids.id]
  }
}

data "aws_security_groups" "tasks" {
  filter {
    name   = "vpc-id"
    values = [terraform_data.ids.id]
  }
}

module "computed" {
  source = "../.."

  name = "computed"
  network = {
    subnet_ids         = compact(terraform_data.ids.output.subnets)
    security_group_ids = compact(terraform_data.ids.output.groups)
  }
  tasks = { nightly = { image = "etl:1" } }
}

module "found" {
  source = "../.."

  name       = "found"
  ssm_prefix = "/found"
  network = {
    subnet_ids = data.aws_subnets.private.ids
    # `compact` tells Terraform that there is a list, so no group is created.
    security_group_ids = compact(data.aws_security_groups.tasks.ids)
  }
  tasks = { nightly = { image = "etl:1" } }
}
