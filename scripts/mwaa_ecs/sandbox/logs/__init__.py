"""CloudWatch Logs' events on disk, and no more of them than a machine can bear."""
