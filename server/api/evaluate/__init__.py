"""The resource evaluate: views and OpenAPI specification."""
