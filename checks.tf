# A mistyped role is noticed in the plan, not halfway through the apply. A warning
# and no error, because the same plan may make the role. Neither `aws_iam_role`
# (it fails where there is none) nor a data source inside the check (no later plan
# is ever empty, and the message below is lost) can do this.
data "aws_iam_roles" "mwaa" {
  count = local._check_role ? 1 : 0

  name_regex = "^${replace(replace(var.mwaa_execution_role_name, ".", "\\."), "+", "\\+")}$"
}

locals {
  _check_role = var.policy.check_role && (
    var.policy.attach == null ? var.mwaa_execution_role_name != null : var.policy.attach
  )
}

check "mwaa_execution_role" {
  assert {
    condition     = alltrue([for found in data.aws_iam_roles.mwaa : length(found.names) > 0])
    error_message = "mwaa_execution_role_name = ${jsonencode(var.mwaa_execution_role_name)}: this account has no such role. Copy the execution role's name from the MWAA environment's page, without ARN and path. Where this very plan makes the role, say policy = { check_role = false }."
  }
}

# A cluster that does not exist stops the plan here. A cluster by an ARN that is not
# known yet is looked up at apply.
data "aws_ecs_cluster" "existing" {
  count        = local._create_cluster ? 0 : 1
  cluster_name = local._cluster_name

  lifecycle {
    postcondition {
      condition     = self.status == "ACTIVE"
      error_message = "cluster: ${self.cluster_name} is ${self.status}. Set the name of an active cluster, or leave cluster out to have one created."
    }

    postcondition {
      condition = lookup(self.tags, local._own_tag.key, "") != local._own_tag.value
      error_message = join("\n", concat(
        ["cluster: this module instance created ${self.cluster_name}, so the plan would destroy it."],
        local._how_to_keep["cluster"],
        ["  aws ecs untag-resource --resource-arn ${self.arn} --tag-keys ${local._own_tag.key}"],
      ))
    }
  }
}

locals {
  # The first block is needed because Terraform refuses to remove a module that is
  # still declared, here with count = 0.
  _how_to_keep = {
    for kind in ["cluster", "security_group"] : kind => [
      "To keep it, add these blocks where this module is called (NAME is the name of its block):",
      "  moved {",
      "    from = module.NAME.module.${kind}[0]",
      "    to   = module.kept_${kind}",
      "  }",
      "  removed {",
      "    from = module.kept_${kind}",
      "    lifecycle {",
      "      destroy = false",
      "    }",
      "  }",
      "Then remove the tag by which this instance knows it, and plan again:",
    ]
  }
}
