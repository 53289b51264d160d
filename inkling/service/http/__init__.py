"""HTTP: errors, error handlers, security headers, JSON."""
