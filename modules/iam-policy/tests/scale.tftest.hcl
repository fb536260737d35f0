# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# The inputs that the root module sets for three tasks with the longest names.
variables {
  grant_by = "tag"
  cluster_arn = join("", [
    "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:cluster/",
    "a-name-of-forty-eight-letters-that-is-the-longest-cluster",
  ])
  families = [for n in range(3) : "a-name-of-forty-eight-letters-that-is-the-longest-task-${n}"]
  passed_role_arns = [
    for role in concat(
      ["a-name-of-forty-eight-letters-that-is-the-longest-execution"],
      [for n in range(3) : "a-name-of-forty-eight-letters-that-is-the-longest/tasks/task-${n}"],
      ["existing"],
    ) : "arn:aws-us-gov:iam::123456789012:role/${role}"
  ]
  log_group_names          = [for n in range(3) : "/ecs/a-name-of-forty-eight-letters-that-is-the-longest-task-${n}"]
  existing_log_group_names = ["/shared"]
  parameter_names          = concat(["/mwaa/ecs/cluster"], [for n in range(3) : "/mwaa/tasks/task-${n}"])
  resource_tag             = { key = "mwaa-ecs-contract", value = "/mwaa" }
  task_role_paths          = ["/a-name-of-forty-eight-letters-that-is-the-longest/tasks/"]
  task_parameter_paths     = ["/mwaa/tasks"]
  allow_tags               = true
  region                   = "us-gov-west-1"
  account_id               = "123456789012"
  partition                = "aws-us-gov"
}

run "a_wildcard_for_five_hundred_tasks_fits_and_grants_only_what_has_the_tag" {
  command = plan

  variables {
    families = [for n in range(500) : "a-name-of-forty-eight-letters-that-is-the-longest-task-${n}"]
    passed_role_arns = [
      for role in concat(
        ["a-name-of-forty-eight-letters-that-is-the-longest-execution"],
        [for n in range(500) : "a-name-of-forty-eight-letters-that-is-the-longest/tasks/task-${n}"],
        ["existing"],
      ) : "arn:aws-us-gov:iam::123456789012:role/${role}"
    ]
    log_group_names = [for n in range(500) : "/ecs/a-name-of-forty-eight-letters-that-is-the-longest-task-${n}"]
    parameter_names = concat(["/mwaa/ecs/cluster"], [for n in range(500) : "/mwaa/tasks/task-${n}"])
  }

  assert {
    condition     = length(output.json) <= 6144
    error_message = "The policy has ${length(output.json)} characters."
  }

  assert {
    condition = alltrue([
      for s in jsondecode(output.json).Statement :
      s.Condition.StringEquals == { "aws:ResourceTag/mwaa-ecs-contract" = "/mwaa" }
      if contains(["RunTasks", "ReadTaskLogs"], s.Sid)
    ])
    error_message = "A wildcard is not limited to the tag: ${output.json}"
  }

  assert {
    condition = {
      for s in jsondecode(output.json).Statement : s.Sid => s.Resource
      if contains(["RunTasks", "ReadTaskLogs", "ReadOtherLogs", "PassTaskRoles", "ReadParameters"], s.Sid)
      } == {
      RunTasks = [join("", [
        "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task-definition/",
        "a-name-of-forty-eight-letters-that-is-the-longest-task-*:*",
      ])]
      ReadTaskLogs = [join("", [
        "arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/ecs/",
        "a-name-of-forty-eight-letters-that-is-the-longest-task-*:log-stream:*",
      ])]
      ReadOtherLogs = ["arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/shared:log-stream:*"]
      PassTaskRoles = [
        "arn:aws-us-gov:iam::123456789012:role/a-name-of-forty-eight-letters-that-is-the-longest-execution",
        "arn:aws-us-gov:iam::123456789012:role/existing",
        "arn:aws-us-gov:iam::123456789012:role/a-name-of-forty-eight-letters-that-is-the-longest/tasks/*",
      ]
      ReadParameters = [
        "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/mwaa/ecs/cluster",
        "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/mwaa/tasks/*",
      ]
    }
    error_message = "The policy differs: ${output.json}"
  }
}

run "families_without_a_common_prefix_are_still_limited_by_the_tag" {
  command = plan

  variables {
    families = [for n in range(3) : "${n}-task-with-a-family-of-its-own"]
  }

  assert {
    condition = [
      for s in jsondecode(output.json).Statement : [s.Resource, s.Condition.StringEquals] if s.Sid == "RunTasks"
      ] == [[
        ["arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task-definition/*:*"],
        { "aws:ResourceTag/mwaa-ecs-contract" = "/mwaa" },
    ]]
    error_message = "The policy differs: ${output.json}"
  }
}

run "with_grant_by_name_tasks_and_logs_are_listed" {
  command = plan

  variables {
    grant_by         = "name"
    families         = ["one", "two"]
    passed_role_arns = ["arn:aws-us-gov:iam::123456789012:role/existing"]
    log_group_names  = ["/ecs/one", "/ecs/two"]
    parameter_names  = ["/mwaa/tasks/one", "/mwaa/tasks/two"]
  }

  assert {
    condition = [
      for text in ["ResourceTag", "task-definition/one:*", "log-group:/shared:"] : strcontains(output.json, text)
    ] == [false, true, true]
    error_message = "The policy differs: ${output.json}"
  }
}

run "roles_that_do_not_fit_are_refused" {
  command         = plan
  expect_failures = [aws_iam_role_policy.this]

  variables {
    role_name = "AmazonMWAA-demo"
    passed_role_arns = [
      for n in range(200) : "arn:aws-us-gov:iam::123456789012:role/team/a-role-of-a-task-of-many-${n}"
    ]
  }
}

run "a_managed_policy_takes_less_than_an_inline_one" {
  command         = plan
  expect_failures = [aws_iam_policy.this]

  variables {
    managed = true
    passed_role_arns = [
      for n in range(70) : "arn:aws-us-gov:iam::123456789012:role/team/a-role-of-a-task-of-many-${n}"
    ]
  }
}

run "tasks_can_have_existing_log_groups_only" {
  command = plan

  variables {
    log_group_names = []
  }

  assert {
    condition = [
      for s in jsondecode(output.json).Statement : s.Resource if contains(["ReadTaskLogs", "ReadOtherLogs"], s.Sid)
    ] == [["arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/shared:log-stream:*"]]
    error_message = "The policy differs: ${output.json}"
  }
}

run "revisions_can_be_registered_with_the_tag" {
  command = plan

  variables {
    grant_by         = "name"
    log_group_names  = []
    parameter_names  = []
    passed_role_arns = ["arn:aws-us-gov:iam::123456789012:role/existing"]
    families         = ["etl-one", "etl-two"]
    allow_register   = true
  }

  assert {
    condition = [
      for s in jsondecode(output.json).Statement : s
      if contains(["RegisterTaskDefinitions", "TagTaskDefinitions"], s.Sid)
      ] == [
      {
        Sid    = "RegisterTaskDefinitions"
        Effect = "Allow"
        Action = ["ecs:RegisterTaskDefinition"]
        Resource = [
          "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task-definition/etl-one--*:*",
          "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task-definition/etl-two--*:*",
        ]
      },
      {
        Sid      = "TagTaskDefinitions"
        Effect   = "Allow"
        Action   = ["ecs:TagResource"]
        Resource = ["arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task-definition/etl-*--*:*"]
        Condition = { StringEquals = {
          "ecs:CreateAction"                 = "RegisterTaskDefinition"
          "aws:RequestTag/mwaa-ecs-contract" = "/mwaa"
        } }
      },
    ]
    error_message = "The policy differs: ${output.json}"
  }
}

# The families of other instances can have the common prefix too: "etl-" is also a prefix of
# "etl-dev-".
run "with_grant_by_tag_only_revisions_of_these_families_can_be_registered" {
  command = plan

  variables {
    families         = [for n in range(42) : "etl-task-of-many-${n}"]
    allow_register   = true
    passed_role_arns = ["arn:aws-us-gov:iam::123456789012:role/existing"]
  }

  assert {
    condition = jsonencode([
      for s in jsondecode(output.json).Statement : [sort(s.Resource), s.Condition.StringEquals]
      if s.Sid == "RegisterTaskDefinitions"
      ]) == jsonencode([[
        sort([
          for n in range(42) :
          "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task-definition/etl-task-of-many-${n}--*:*"
        ]),
        { "aws:RequestTag/mwaa-ecs-contract" = "/mwaa" },
    ]])
    error_message = "The policy differs: ${output.json}"
  }
}

run "families_to_register_that_do_not_fit_are_refused" {
  command         = plan
  expect_failures = [aws_iam_role_policy.this]

  variables {
    role_name      = "AmazonMWAA-demo"
    allow_register = true
    families       = [for n in range(100) : "a-name-of-forty-eight-letters-that-is-the-longest-task-${n}"]
  }
}

run "names_that_do_not_fit_are_refused" {
  command         = plan
  expect_failures = [output.json]

  variables {
    grant_by = "name"
    families = [for n in range(100) : "a-name-of-forty-eight-letters-that-is-the-longest-task-${n}"]
  }
}
