"""The resource models: views and OpenAPI specification."""
