"""The resource feedback: views and OpenAPI specification."""
