"""HTTP: errors, error handlers, authorization, CORS, security headers, JSON."""
