variable "region" {
  description = "Region of the MWAA environment."
  type        = string
  default     = "eu-west-1"
}

variable "mwaa_execution_role_name" {
  description = "Name of the MWAA environment's execution role, without ARN and path."
  type        = string
}

variable "subnet_ids" {
  description = "Two private subnets of one VPC."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups of the tasks."
  type        = list(string)
}

variable "execution_role_arn" {
  description = "Role that ECS starts the tasks with."
  type        = string
  default     = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
}

variable "task_role_arn" {
  description = "Role that the program in the containers calls AWS with."
  type        = string
  default     = "arn:aws:iam::123456789012:role/etl"
}
