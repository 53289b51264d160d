"""The command line `server`."""
