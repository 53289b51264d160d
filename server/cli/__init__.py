"""The command `server`."""
