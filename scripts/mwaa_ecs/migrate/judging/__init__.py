"""Judges each call: it is converted, waits for an answer, or is refused."""
