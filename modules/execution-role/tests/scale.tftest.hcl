# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  grant_by     = "tag"
  name         = "etl-execution"
  path         = "/data/"
  resource_tag = { key = "mwaa-ecs-contract", value = "/mwaa" }
  region       = "eu-west-1"
  account_id   = "123456789012"
  partition    = "aws"
}

run "five_hundred_secrets_and_as_many_log_groups_fit" {
  command = plan

  variables {
    additional_policy_count = 7
    log_group_names         = [for n in range(500) : "/ecs/etl-task-${n}"]
    secrets = [
      for n in range(500) :
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/a-secret-of-many-${n}-aB3dE6"
    ]
  }

  assert {
    condition     = length(aws_iam_role_policy.this.policy) <= 10240
    error_message = "The inline policy is too long: ${length(aws_iam_role_policy.this.policy)}"
  }

  assert {
    condition     = max([for one in aws_iam_policy.additional : length(one.policy)]...) <= 6144
    error_message = "A policy is too long: ${jsonencode([for one in aws_iam_policy.additional : length(one.policy)])}"
  }

  # Each secret is granted once, and no other.
  assert {
    condition = sort(flatten([
      for policy in concat([aws_iam_role_policy.this.policy], aws_iam_policy.additional[*].policy) : [
        for s in jsondecode(policy).Statement : s.Resource
        if s.Sid == "ReadSecrets" && s.Action == ["secretsmanager:GetSecretValue"]
      ]
      ])) == sort([
      for n in range(500) :
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/a-secret-of-many-${n}-aB3dE6"
    ])
    error_message = "The policies grant other secrets: ${jsonencode(aws_iam_policy.additional[*].policy)}"
  }

  assert {
    condition     = length(aws_iam_role_policy_attachment.additional) == length(aws_iam_policy.additional)
    error_message = "A policy is not attached to the role."
  }

  assert {
    condition     = distinct(aws_iam_policy.additional[*].path) == tolist(["/data/"])
    error_message = "A policy has another path: ${jsonencode(aws_iam_policy.additional[*].path)}"
  }
}

run "five_hundred_repositories_with_a_secret_each_fit" {
  command = plan

  variables {
    additional_policy_count  = 10
    log_group_names          = [for n in range(500) : "/ecs/etl-task-${n}"]
    existing_log_group_names = ["/shared"]
    images                   = [for n in range(500) : "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/job-${n}:1"]
    secrets                  = [for n in range(500) : "/etl/secret-${n}"]
    file_arns                = ["arn:aws:s3:::settings/a.env"]
    kms_key_arns             = ["arn:aws:kms:eu-west-1:123456789012:key/0a1b"]
  }

  assert {
    condition     = length(aws_iam_role_policy.this.policy) <= 10240
    error_message = "The inline policy is too long: ${length(aws_iam_role_policy.this.policy)}"
  }

  assert {
    condition     = max([for one in aws_iam_policy.additional : length(one.policy)]...) <= 6144
    error_message = "A policy is too long: ${jsonencode([for one in aws_iam_policy.additional : length(one.policy)])}"
  }

  # The policies together have the statements of the whole policy.
  assert {
    condition = {
      for key, resources in {
        for s in flatten([
          for policy in concat([aws_iam_role_policy.this.policy], aws_iam_policy.additional[*].policy) :
          jsondecode(policy).Statement
        ]) :
        jsonencode(merge(s, { Resource = [] })) => s.Resource... if s.Sid != "NothingMore"
      } : key => flatten(resources)
      } == {
      for s in jsondecode(output.policy_json).Statement : jsonencode(merge(s, { Resource = [] })) => s.Resource
    }
    error_message = "The policies together differ from output.policy_json."
  }
}

run "a_hundred_images_secrets_and_files_are_one_policy" {
  command = plan

  variables {
    images    = [for n in range(60) : "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/job-${n}:1"]
    secrets   = [for n in range(39) : "/etl/secret-${n}"]
    file_arns = ["arn:aws:s3:::settings/a.env"]
  }

  assert {
    condition     = length(aws_iam_policy.additional) == 0
    error_message = "There are ${length(aws_iam_policy.additional)} additional policies."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this.policy) == jsondecode(output.policy_json)
    error_message = "The inline policy is another: ${aws_iam_role_policy.this.policy}"
  }
}

run "an_additional_policy_that_is_not_needed_grants_nothing" {
  command = plan

  variables {
    images                  = ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/etl:1"]
    additional_policy_count = 2
  }

  assert {
    condition = length(aws_iam_policy.additional) == 2 && alltrue([
      for one in aws_iam_policy.additional : jsondecode(one.policy).Statement == [
        { Sid = "NothingMore", Effect = "Allow", Action = ["sts:GetCallerIdentity"], Resource = ["*"] }
      ]
    ])
    error_message = "An additional policy grants something: ${jsonencode(aws_iam_policy.additional[*].policy)}"
  }
}

# The secrets are created in the same plan, which knows only their number.
run "secrets_that_do_not_exist_yet_can_be_planned" {
  command = plan

  module {
    source = "./tests/made_in_the_same_plan"
  }

  assert {
    condition     = output.arn == "arn:aws:iam::123456789012:role/etl-execution"
    error_message = "The role has another ARN: ${output.arn}"
  }
}

run "log_group_names_that_do_not_fit_are_refused" {
  command         = plan
  expect_failures = [aws_iam_role_policy.this]

  variables {
    grant_by        = "name"
    log_group_names = [for n in range(500) : "/ecs/etl-task-${n}"]
  }
}
