output "keys" {
  description = "Keys of the uploaded objects, by their path in the folder."
  value       = { for file, object in aws_s3_object.this : file => object.key }
}

output "requirements" {
  description = "Path and object's version of the requirements, for `modules/mwaa-environment`; null without any."
  value       = local.objects.requirements
}

output "plugins" {
  description = "Path and object's version of the plugins, for `modules/mwaa-environment`; null without any."
  value       = local.objects.plugins
}

output "startup_script" {
  description = "Path and object's version of the startup script, for `modules/mwaa-environment`; null without one."
  value       = local.objects.startup_script
}
