"""The runtime behind the local AWS's ECS.

Clusters and task definitions are moto's; tasks are ours, because moto's do not run anything
and get their states wrong. `EcsService` (in `service`) is the way in: an action's name and its
parameters, as ECS's JSON API has them, and the answer or an `EcsError` as ECS would give.
"""
