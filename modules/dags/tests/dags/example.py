"""Uploaded by the test of this module."""
