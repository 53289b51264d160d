"""The resource reports: views and OpenAPI specification."""
