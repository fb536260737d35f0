output "vpc_id" {
  description = "ID of the VPC."
  value       = local.create ? local.vpc_id : var.existing.vpc_id
}

output "private_subnet_ids" {
  description = "IDs of the private subnets, in the order of the zones. Known once their routes and endpoints exist."
  value = (
    local.create
    ? [for zone in local.zones : aws_subnet.private[zone].id]
    : var.existing.subnet_ids
  )

  # An environment or a task that starts before its way out is there fails.
  depends_on = [
    aws_route_table_association.private,
    aws_route.nat,
    aws_vpc_endpoint.gateway,
    aws_vpc_endpoint.interface,
    aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "public_subnet_ids" {
  description = "IDs of the public subnets, which hold the NAT gateways only."
  value       = [for zone in keys(local.public_cidrs) : aws_subnet.public[zone].id]
}

output "private_route_table_ids" {
  description = "IDs of the private subnets' route tables, by zone, for routes of your own."
  value       = { for zone, table in aws_route_table.private : zone => table.id }
}

output "nat_public_ips" {
  description = "Public addresses of the NAT gateways, for allow lists of others."
  value       = [for address in aws_eip.nat : address.public_ip]
}

output "endpoint_services" {
  description = "Services that have a VPC endpoint."
  value       = concat(sort(tolist(local.created_gateways)), sort(tolist(local.created_interfaces)))
}

output "endpoint_policies" {
  description = "Policies of the VPC endpoints, as JSON, by service."
  value       = local.endpoint_policies
}
