"""Run containers from Amazon MWAA on ECS: tooling round the Terraform module."""
