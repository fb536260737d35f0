"""Sandboxes that run on this machine: they are found by name, called and ended."""
