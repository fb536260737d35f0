# `depends_on` on a module's block defers its data sources to the apply while a change is pending. Nothing that
# exists may be replaced for that.
mock_provider "aws" {
  mock_data "aws_service" {
    defaults = { region = "eu-west-1", partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_subnets" {
    defaults = { ids = ["subnet-0a1", "subnet-0b2"] }
  }
  mock_data "aws_subnet" {
    defaults = { vpc_id = "vpc-0a1" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:one" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/one" }
  }
}

override_data {
  target = module.mwaa.data.aws_subnet.this[0]
  values = { id = "subnet-0a1", vpc_id = "vpc-0a1", availability_zone = "eu-west-1a" }
}

override_data {
  target = module.mwaa.data.aws_subnet.this[1]
  values = { id = "subnet-0b2", vpc_id = "vpc-0a1", availability_zone = "eu-west-1b" }
}

override_resource {
  target = module.root.module.execution_role[0].aws_iam_role.this
  values = { arn = "arn:aws:iam::123456789012:role/etl-execution-eu-west-1" }
}

override_resource {
  target = module.root.module.task.aws_iam_role.this
  values = { arn = "arn:aws:iam::123456789012:role/etl-eu-west-1/tasks/etl-nightly-task-eu-west-1" }
}

override_resource {
  target = module.execution_role.aws_iam_role.this
  values = { arn = "arn:aws:iam::123456789012:role/alone" }
}

override_resource {
  target = module.task_definition.aws_iam_role.this
  values = { arn = "arn:aws:iam::123456789012:role/alone-nightly-task-eu-west-1" }
}

run "what_depends_on_names_comes_first" {
  plan_options {
    target = [terraform_data.pending]
  }

  variables {
    pending = "no"
  }

  module {
    source = "./tests/depends_on"
  }
}

run "everything_is_created" {
  variables {
    pending = "no"
  }

  module {
    source = "./tests/depends_on"
  }
}

run "a_pending_change_in_a_depends_on_target_replaces_nothing" {
  command = plan

  variables {
    pending = "yes"
  }

  module {
    source = "./tests/depends_on"
  }

  assert {
    condition     = output.kept == run.everything_is_created.kept
    error_message = "Something is replaced."
  }
}
