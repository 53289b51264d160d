"""The resource metrics: views and OpenAPI specification."""
