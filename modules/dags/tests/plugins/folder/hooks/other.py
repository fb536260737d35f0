"""A module beside it."""
