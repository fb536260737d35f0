"""Removes what a killed sandbox leaves behind.

A sandbox that ends normally removes everything that it created. After `kill -9`, a guard
(`mwaa_ecs.processes.guard`) ends its processes, and the next sandbox that starts removes its
folders (`folders`), containers and images (each engine's `sweep`).
"""
