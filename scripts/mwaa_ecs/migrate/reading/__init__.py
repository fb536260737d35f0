"""Reads Python files without importing them: text, names and what is assigned to them."""
