"""The resource predict: views and OpenAPI specification."""
