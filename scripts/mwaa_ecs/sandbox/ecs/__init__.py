"""The runtime behind the local AWS's ECS.

moto keeps clusters and task definitions. This package runs the tasks, because moto's tasks run
nothing and have wrong states. `service.EcsService` takes an action and its parameters as in
ECS's JSON API, and returns the answer or raises an `EcsError` as ECS does.
"""
