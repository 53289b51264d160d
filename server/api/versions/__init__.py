"""The resource versions of a model: views and OpenAPI specification."""
