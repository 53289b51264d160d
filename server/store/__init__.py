"""Tables of the server, on `inkling.service.store`. One module per table; no Flask, no models."""
