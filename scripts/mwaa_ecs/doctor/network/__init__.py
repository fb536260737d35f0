"""Whether a task reaches its images, secrets and log.

`rules` judges routes, network ACLs and security groups, `ways` finds the way from a subnet to
what a task needs, and the other modules check each part of the way.
"""

from mwaa_ecs.doctor.network import endpoints, out, places, traffic

CHECKS = (*places.CHECKS, *out.CHECKS, *traffic.CHECKS, *endpoints.CHECKS)
"""The checks of the way, from the subnet on."""

__all__ = ["CHECKS"]
