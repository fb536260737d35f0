################################################################################
# Security group: egress only
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
################################################################################

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:RunTask attaches it to each task when the task starts, which no plan shows.
  # A prefix, because a VPC cannot have two groups of one name, and a replacement exists beside
  # the group that it replaces for a while.
  name_prefix = "${var.name}-"
  description = "Containers that Airflow runs on ECS: egress only."
  vpc_id      = var.vpc_id
  tags        = merge({ Name = var.name }, var.tags)

  # A running task keeps using the old group, so the new one is created first.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = var.egress

  security_group_id            = aws_security_group.this.id
  description                  = each.value.description
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  prefix_list_id               = each.value.prefix_list_id
  referenced_security_group_id = each.value.security_group_id
  tags                         = var.tags
}
