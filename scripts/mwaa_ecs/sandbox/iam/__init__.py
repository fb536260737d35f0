"""IAM, judged: what a call needs, and whether its role's policies allow it.

`needs` says what a request needs (actions, resources, condition keys), `evaluate` whether
policies allow that, `handler` denies what they do not in AWS's own words. What is not known
here is an error, never an allow.
"""
