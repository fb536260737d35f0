# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_subnet.first
  values = { id = "subnet-0a1", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_subnet.others
  values = { id = "subnet-0b2", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_iam_roles.mwaa
  values = { names = ["AmazonMWAA-demo"] }
}

variables {
  name    = "airflow-ecs"
  network = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  tasks   = { operator = { image = "hello-world:latest" } }
}

# Terraform drops a field that the module below does not know without a word, and
# has no way to say a type once. So the words are compared.
run "a_task_s_type_is_the_same_in_the_root_and_in_its_module" {
  command = plan

  assert {
    condition = var.tasks != null && (
      regex("(?s)\n  type = map\\(object\\(\\{\n(.*?)\n  \\}\\)\\)\n", file("variables_tasks.tf"))[0] ==
      regex("(?s)\n  type = object\\(\\{\n(.*?)\n  \\}\\)\n", file("modules/task-definition/variables_task.tf"))[0]
    )
    error_message = "The type of `tasks` in variables_tasks.tf and of `task` in modules/task-definition/variables_task.tf differ: a field of one only is lost on the way."
  }
}

run "a_sidecar_has_the_main_container_s_fields" {
  command = plan

  # Blanks aside: the two stand at different depths.
  assert {
    condition = var.tasks != null && (
      join(" ", regexall("\\S+", regex("(?s)# The main container\\. The same.*?\n(.*?)\n\n    # The task\\.", file("variables_tasks.tf"))[0])) ==
      join(" ", regexall("\\S+", regex("(?s)# The main container's fields\\.\n(.*?)\n    \\}\\)\\), \\{\\}\\)", file("variables_tasks.tf"))[0]))
    )
    error_message = "A field of the main container is missing in the sidecars, or the other way round."
  }
}

run "the_type_of_logs_is_the_same_in_the_root_and_in_its_module" {
  command = plan

  assert {
    condition = var.tasks != null && (
      regex("(?s)variable \"logs\" .*?\n  type = object\\(\\{\n(.*?)\n  \\}\\)\n", file("variables.tf"))[0] ==
      regex("(?s)variable \"logs\" .*?\n  type = object\\(\\{\n(.*?)\n  \\}\\)\n", file("modules/task-definition/variables.tf"))[0]
    )
    error_message = "The type of `logs` in variables.tf and in modules/task-definition/variables.tf differ."
  }
}
