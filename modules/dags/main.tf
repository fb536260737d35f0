################################################################################
# DAG files in the environment's bucket
# https://docs.aws.amazon.com/mwaa/latest/userguide/configuring-dag-folder.html
################################################################################

locals {
  _excluded = toset(flatten([
    for pattern in var.exclude : tolist(fileset(var.source_dir, pattern))
  ]))
  # Files that Python and macOS leave behind. `mwaa-ecs plugins pack` leaves out the same.
  leftover_pattern = "(^|/)__pycache__/|\\.pyc$|(^|/)\\.DS_Store$"
  files = toset([
    for file in fileset(var.source_dir, "**") : file
    if !can(regex(local.leftover_pattern, file)) && !contains(local._excluded, file) &&
    !(var.operator && file == ".airflowignore")
  ])
  content_types = {
    py   = "text/x-python"
    json = "application/json"
    sql  = "application/sql"
    yaml = "application/yaml"
    yml  = "application/yaml"
  }
}

resource "aws_s3_object" "this" {
  for_each = local.files

  bucket = var.bucket
  key    = "${var.prefix}${each.value}"
  source = "${var.source_dir}/${each.value}"
  tags   = var.tags

  # An etag is not a hash of the content in a bucket that a KMS key encrypts: with it, no
  # plan would be empty.
  source_hash = filesha256("${var.source_dir}/${each.value}")

  content_type = lookup(
    local.content_types,
    try(regex("\\.([a-z]+)$", each.value)[0], ""),
    "text/plain"
  )

  # The environment uses the old object until it is updated, so it is destroyed last.
  lifecycle {
    create_before_destroy = true
  }
}

################################################################################
# The operator's package, beside the DAGs
# https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html#airflowignore
################################################################################

locals {
  operator_dir = "${path.module}/operator"
  airflowignore = join("\n", compact([
    fileexists("${var.source_dir}/.airflowignore") ? trimspace(file("${var.source_dir}/.airflowignore")) : "",
    # As a pattern and as a regular expression, which Airflow 2 takes, it is the same.
    "mwaa_ecs_operator/",
  ]))
}

resource "aws_s3_object" "operator" {
  for_each = var.operator ? fileset(local.operator_dir, "mwaa_ecs_operator/*.py") : []

  bucket       = var.bucket
  key          = "${var.prefix}${each.value}"
  source       = "${local.operator_dir}/${each.value}"
  source_hash  = filesha256("${local.operator_dir}/${each.value}")
  content_type = "text/x-python"
  tags         = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_object" "airflowignore" {
  count = var.operator ? 1 : 0

  bucket       = var.bucket
  key          = "${var.prefix}.airflowignore"
  content      = "${local.airflowignore}\n"
  source_hash  = sha256(local.airflowignore)
  content_type = "text/plain"
  tags         = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

################################################################################
# Requirements, plugins and startup script: the environment names a version of each
# https://docs.aws.amazon.com/mwaa/latest/userguide/working-dags-dependencies.html
################################################################################

locals {
  configured_files = {
    for kind, file in {
      requirements   = { source = var.requirements, key = var.named_keys.requirements, type = "text/plain" }
      plugins        = { source = var.plugins, key = var.named_keys.plugins, type = "application/zip" }
      startup_script = { source = var.startup_script, key = var.named_keys.startup_script, type = "text/x-shellscript" }
    } : kind => file if file.source != null
  }

  # Objects that exist with the same content. The provider would upload an imported object again: it does not read
  # the content, so that `source` is a change. https://github.com/hashicorp/terraform-provider-aws/issues/44246
  unchanged_objects = {
    for kind, file in local.configured_files : kind => {
      path           = "${var.named_prefix}${file.key}"
      object_version = var.existing[kind].object_version
    } if var.existing[kind] != null && filesha256(file.source) == try(var.existing[kind].sha256, "")
  }
  files_to_upload = {
    for kind, file in local.configured_files : kind => file if !contains(keys(local.unchanged_objects), kind)
  }
}

# Files that the zip file was packed from, and files that are in its folder now.
locals {
  _packed_plugins = try(jsondecode(file("${var.plugins}.json")), {})
  plugins_in_dir = {
    for file in(var.plugins_dir == null ? [] : fileset(var.plugins_dir, "**")) :
    file => filesha256("${var.plugins_dir}/${file}") if !can(regex(local.leftover_pattern, file))
  }
  changed_plugins = sort([
    for file in setunion(keys(local._packed_plugins), keys(local.plugins_in_dir)) : file
    if lookup(local._packed_plugins, file, "") != lookup(local.plugins_in_dir, file, "")
  ])
  pack_command = "Run: mwaa-ecs plugins pack ${coalesce(var.plugins_dir, "-")} --out ${coalesce(var.plugins, "-")}."
}

resource "aws_s3_object" "named" {
  for_each = local.files_to_upload

  bucket       = var.bucket
  key          = "${var.named_prefix}${each.value.key}"
  source       = each.value.source
  source_hash  = filesha256(each.value.source)
  content_type = each.value.type
  tags         = var.tags

  # The environment names a version of the object until it is updated, so the object is destroyed last.
  lifecycle {
    create_before_destroy = true

    precondition {
      condition = each.key != "plugins" || var.plugins_dir == null || length(local.plugins_in_dir) > 0
      error_message = join(" ", [
        "plugins_dir is ${jsonencode(var.plugins_dir)}: there is no file in this folder. Check the path, or remove",
        "plugins_dir.",
      ])
    }
    precondition {
      condition = each.key != "plugins" || var.plugins_dir == null || fileexists("${each.value.source}.json")
      error_message = join(" ", [
        "plugins is ${jsonencode(each.value.source)}: ${basename(each.value.source)}.json, the list of the files",
        "that it was packed from, is missing beside it. ${local.pack_command}",
      ])
    }
    precondition {
      condition = (
        each.key != "plugins" || var.plugins_dir == null || length(local.plugins_in_dir) == 0 ||
        !fileexists("${each.value.source}.json") || length(local.changed_plugins) == 0
      )
      error_message = join(" ", [
        "plugins is ${jsonencode(each.value.source)}: it is older than ${coalesce(var.plugins_dir, "-")}",
        "(${join(", ", local.changed_plugins)}). ${local.pack_command}",
      ])
    }
  }
}

locals {
  objects = {
    for kind in ["requirements", "plugins", "startup_script"] : kind => (
      contains(keys(local.files_to_upload), kind) ? {
        path           = aws_s3_object.named[kind].key
        object_version = aws_s3_object.named[kind].version_id
      } : lookup(local.unchanged_objects, kind, null)
    )
  }
}

check "files" {
  assert {
    condition = length(local.files) > 0
    error_message = join(" ", [
      "source_dir is ${jsonencode(var.source_dir)}: there is no file in this folder, so no DAG reaches the",
      "environment. Check the path.",
    ])
  }
}
