"""The OpenAPI description of the trainer service, one module per resource."""
