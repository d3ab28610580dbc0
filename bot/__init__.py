"""The ways to reach Noodle: Slack, HTTP, timer, terminal, sandbox."""
