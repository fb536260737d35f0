"""Removes what a killed sandbox leaves behind.

A sandbox that ends normally removes everything that it created. After `kill -9`, a guard
(`mwaa_ecs.processes.guard`) ends its processes and removes its folders. The next sandbox that
starts removes its containers and images (each engine's `sweep`), and folders that are left
because the guard was killed too (`folders`).
"""
