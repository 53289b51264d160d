"""The resource read: views and OpenAPI specification."""
