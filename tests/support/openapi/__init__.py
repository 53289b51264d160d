"""schemathesis against a running service: its configuration, its hooks and how it is started."""
