"""IAM for the local AWS.

`needs` lists the actions, resources and condition keys that a request needs. `principals`
finds the caller and its policies. `handler` denies what the policies do not allow, with AWS's
message.
"""
