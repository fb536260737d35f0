"""Plan checks for pytest: a team's environments, planned and asked. docs/plan-checks.md."""
