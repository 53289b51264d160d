"""Jobs: queue, runner, control and event log."""
