"""What a sandbox leaves behind that is killed: as little as can be, and nothing for long.

A sandbox that ends in order removes all that it made. `kill -9` gives it no time to. Then its
processes are ended by a guard (`mwaa_ecs.processes.guard`); folders, containers and images are
removed by the next sandbox that starts (`folders`, and each engine's `sweep`).
"""
