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
  bucket     = "airflow-dags"
  source_dir = "tests/dags"
}

run "a_folder_s_files_go_to_dags" {
  command = plan

  assert {
    condition = output.keys == {
      ".airflowignore"      = "dags/.airflowignore"
      "example.py"          = "dags/example.py"
      "queries/example.sql" = "dags/queries/example.sql"
    }
    error_message = "The keys are ${jsonencode(output.keys)}"
  }

  assert {
    condition     = alltrue([for object in aws_s3_object.this : object.bucket == "airflow-dags"])
    error_message = "They go to another bucket."
  }

  assert {
    condition = { for file, object in aws_s3_object.this : file => object.content_type } == {
      ".airflowignore"      = "text/plain"
      "example.py"          = "text/x-python"
      "queries/example.sql" = "application/sql"
    }
    error_message = "The content types are others."
  }

  assert {
    condition     = aws_s3_object.this["example.py"].source_hash == filesha256("tests/dags/example.py")
    error_message = "A changed file would not be noticed."
  }
}

run "the_operator_s_package_goes_beside_the_dags" {
  command = plan

  variables {
    operator = true
  }

  assert {
    condition     = aws_s3_object.operator["mwaa_ecs_operator/__init__.py"].key == "dags/mwaa_ecs_operator/__init__.py"
    error_message = "The package lies elsewhere."
  }

  assert {
    condition = aws_s3_object.airflowignore[0].content == join("\n", [
      trimspace(file("tests/dags/.airflowignore")), "mwaa_ecs_operator/", "",
    ])
    error_message = "The ignored files are ${aws_s3_object.airflowignore[0].content}"
  }

  assert {
    condition     = !contains(keys(output.keys), ".airflowignore")
    error_message = "Two objects have the key of .airflowignore."
  }
}

run "the_prefix_can_be_another" {
  command = plan

  variables {
    prefix = "team/dags/"
  }

  assert {
    condition     = aws_s3_object.this["example.py"].key == "team/dags/example.py"
    error_message = "The key is ${aws_s3_object.this["example.py"].key}"
  }
}

run "a_folder_that_does_not_exist_is_told" {
  command         = plan
  expect_failures = [check.files]

  variables {
    source_dir = "no-such-folder"
  }
}

run "files_can_stay_behind" {
  command = plan

  variables {
    exclude = ["queries/**"]
  }

  assert {
    condition     = join(" ", keys(output.keys)) == ".airflowignore example.py"
    error_message = "The keys are ${jsonencode(output.keys)}"
  }
}

run "requirements_and_a_startup_script_lie_beside_the_folder" {
  command = plan

  variables {
    requirements   = "tests/dags/example.py"
    startup_script = "tests/dags/example.py"
  }

  assert {
    condition = { for kind, object in aws_s3_object.named : kind => object.key } == {
      requirements   = "requirements.txt"
      startup_script = "startup.sh"
    }
    error_message = "They lie elsewhere."
  }

  assert {
    condition     = aws_s3_object.named["requirements"].source_hash == filesha256("tests/dags/example.py")
    error_message = "A change would not be noticed."
  }

  assert {
    condition     = output.plugins == null
    error_message = "There are plugins that nobody gave."
  }
}

run "a_zip_file_packed_from_its_folder_as_it_is_now_is_legal" {
  command = plan

  variables {
    plugins     = "tests/plugins/packed.zip"
    plugins_dir = "tests/plugins/folder"
  }

  assert {
    condition     = aws_s3_object.named["plugins"].key == "plugins.zip"
    error_message = "It goes elsewhere."
  }
}

run "a_zip_file_older_than_its_folder_is_refused" {
  command         = plan
  expect_failures = [aws_s3_object.named["plugins"]]

  variables {
    plugins     = "tests/plugins/older.zip"
    plugins_dir = "tests/plugins/folder"
  }

  assert {
    condition     = local.changed_plugins == tolist(["gone.py", "hooks/other.py", "plugin.py"])
    error_message = "Others are named: ${jsonencode(local.changed_plugins)}"
  }
}

run "a_zip_file_packed_by_other_means_is_refused" {
  command         = plan
  expect_failures = [aws_s3_object.named["plugins"]]

  variables {
    plugins     = "tests/plugins/unlisted.zip"
    plugins_dir = "tests/plugins/folder"
  }
}

run "a_folder_of_plugins_that_is_not_there_is_refused" {
  command         = plan
  expect_failures = [aws_s3_object.named["plugins"]]

  variables {
    plugins     = "tests/plugins/packed.zip"
    plugins_dir = "no-such-folder"
  }
}

run "requirements_keep_the_name_that_they_have" {
  command = plan

  variables {
    requirements = "tests/dags/example.py"
    named_prefix = "config/"
    named_keys   = { requirements = "requirements-2.txt" }
  }

  assert {
    condition     = aws_s3_object.named["requirements"].key == "config/requirements-2.txt"
    error_message = "The key is ${aws_s3_object.named["requirements"].key}"
  }
}

run "an_object_that_exists_with_the_same_content_is_not_uploaded" {
  command = plan

  variables {
    requirements   = "tests/dags/example.py"
    startup_script = "tests/dags/example.py"
    existing = {
      requirements   = { object_version = "v7", sha256 = filesha256("tests/dags/example.py") }
      startup_script = { object_version = "v8", sha256 = sha256("another") }
    }
  }

  assert {
    condition = (
      keys(aws_s3_object.named) == ["startup_script"] &&
      output.requirements == { path = "requirements.txt", object_version = "v7" }
    )
    error_message = "It is uploaded: ${jsonencode(keys(aws_s3_object.named))}"
  }
}
