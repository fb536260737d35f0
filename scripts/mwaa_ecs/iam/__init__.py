"""IAM policies: their documents, their conditions, and whether they allow a call.

What is not known here raises `NotJudgedError`, and never counts as allowed or denied.
"""
