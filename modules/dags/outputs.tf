output "keys" {
  description = "Keys of the uploaded objects, by their path in the folder."
  value       = { for file, object in aws_s3_object.this : file => object.key }
}
