"""The resource health: views and OpenAPI specification."""
