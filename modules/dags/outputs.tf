output "keys" {
  description = "Keys of the uploaded objects, by their path in the folder."
  value       = { for file, object in aws_s3_object.this : file => object.key }
}

output "requirements" {
  description = "Path and version of the requirements file, for `modules/mwaa-environment`; null if not set."
  value       = local.objects.requirements
}

output "plugins" {
  description = "Path and version of the plugins file, for `modules/mwaa-environment`; null if not set."
  value       = local.objects.plugins
}

output "startup_script" {
  description = "Path and version of the startup script, for `modules/mwaa-environment`; null if not set."
  value       = local.objects.startup_script
}
