"""Rolling out an environment: plan, apply, drift and destroy, with a state of its own.

`Workspace` is Terraform for one environment. Around it: who calls AWS (`caller`), what a plan
is for (`plan_file`, `plan_contents`), where the state was last time (`state_memory`), what
commands that were killed have left (`runs`, `unfinished`), and what to do about Terraform's
errors (`remedies`). docs/environments.md describes it for users.
"""
