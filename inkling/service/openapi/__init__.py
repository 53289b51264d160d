"""OpenAPI 3.1 documents and the page that shows them: what the specs of both services share."""
