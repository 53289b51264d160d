"""The resource page: views and OpenAPI specification."""
