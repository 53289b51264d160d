"""The OpenAPI 3.1 document. Each resource describes its own paths in its spec.py; here is what they share."""
