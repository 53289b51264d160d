"""The resource docs: views and OpenAPI specification."""
