"""What an operator sees of both services: a log line, metrics and a trace per request."""
