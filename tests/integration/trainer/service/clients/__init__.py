"""Programs that use real clients of other projects, each in an environment of its own, and the exact versions of these."""
