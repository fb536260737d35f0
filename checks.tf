# The plan warns of a mistyped role, before the apply fails halfway. It is not an error,
# because the same plan can create the role. `aws_iam_role` is an error if the role does not
# exist. A data source inside the check loses the message below, and no later plan is empty.
data "aws_iam_roles" "mwaa" {
  count = local.check_role ? 1 : 0

  name_regex = "^${replace(replace(var.mwaa_execution_role_name, ".", "\\."), "+", "\\+")}$"
}

locals {
  check_role = var.policy.check_role && (
    var.policy.attach == null ? var.mwaa_execution_role_name != null : var.policy.attach
  )
}

check "mwaa_execution_role" {
  assert {
    condition = alltrue([for found in data.aws_iam_roles.mwaa : length(found.names) > 0])
    error_message = join("", [
      "mwaa_execution_role_name is ${jsonencode(var.mwaa_execution_role_name)}. This account has no such role. Copy ",
      "the execution role's name from the MWAA environment's page, without ARN and path. If the same plan creates ",
      "the role, set policy = { check_role = false }.",
    ])
  }
}

# The plan fails here if the cluster does not exist, with the provider's message and the line below. Terraform looks
# an ARN that is not known yet up at apply.
data "aws_ecs_cluster" "existing" { # Empty result, or INACTIVE? There is no such cluster: correct cluster.existing.
  count        = try(var.cluster.existing.check, false) ? 1 : 0
  cluster_name = local.cluster_name

  lifecycle {
    postcondition {
      condition = self.status == "ACTIVE"
      error_message = join("", [
        "cluster.existing: the cluster ${jsonencode(self.cluster_name)} is ${self.status}. It must be ACTIVE. Set ",
        "another cluster, or remove existing to have one created.",
      ])
    }

    postcondition {
      condition = lookup(self.tags, local.resource_tag.key, "") != local.resource_tag.value
      error_message = join("\n", concat(
        [
          join(" ", [
            "cluster.existing: this module instance created the cluster ${jsonencode(self.cluster_name)}, so the plan",
            "would destroy it. Remove existing to go on using it.",
          ]),
        ],
        local.how_to_keep["cluster"],
        [
          join(" ", [
            "  aws ecs untag-resource --region ${local.provider_region} --resource-arn ${self.arn}",
            "--tag-keys ${local.resource_tag.key}",
          ]),
        ],
      ))
    }
  }
}

locals {
  # The block `moved` is needed because Terraform refuses to remove a module that is still
  # declared, here with count = 0.
  how_to_keep = {
    for kind in ["cluster", "security_group"] : kind => [
      "To take it out of this instance, add these blocks where this module is called (NAME is the block's name):",
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
