"""IAM in front of the local AWS.

`needs` tells which actions, resources and condition keys a request needs, `principals` whose
policies judge it, and `handler` denies what these do not allow, in AWS's own words.
"""
