"""Jobs: queue, runner, commands and event log."""
