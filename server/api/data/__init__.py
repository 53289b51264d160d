"""The resource data: views and OpenAPI specification."""
