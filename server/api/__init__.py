"""The HTTP API: one package per resource, with its views and their OpenAPI spec. A view parses, calls a service and encodes."""
