"""HTTP endpoints, one module per resource, each with a blueprint. Views parse, call a service and encode."""
