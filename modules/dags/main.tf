################################################################################
# DAG files in the environment's bucket
# https://docs.aws.amazon.com/mwaa/latest/userguide/configuring-dag-folder.html
################################################################################

locals {
  _files = toset([
    for file in fileset(var.source_dir, "**") : file
    if !can(regex("(^|/)__pycache__/|\\.pyc$|(^|/)\\.DS_Store$", file))
  ])
  _content_types = {
    py   = "text/x-python"
    json = "application/json"
    sql  = "application/sql"
    yaml = "application/yaml"
    yml  = "application/yaml"
  }
}

resource "aws_s3_object" "this" {
  for_each = local._files

  bucket = var.bucket
  key    = "${var.prefix}${each.value}"
  source = "${var.source_dir}/${each.value}"
  tags   = var.tags

  # Not etag: in a bucket encrypted with a KMS key it is no hash of the content,
  # and the plan would never be empty.
  source_hash = filesha256("${var.source_dir}/${each.value}")

  content_type = lookup(
    local._content_types,
    try(regex("\\.([a-z]+)$", each.value)[0], ""),
    "text/plain"
  )
}

check "files" {
  assert {
    condition     = length(local._files) > 0
    error_message = "source_dir = ${jsonencode(var.source_dir)}: there is no file in this folder, so no DAG reaches the environment. Check the path."
  }
}
