"""Request bodies that only the server accepts: datasets and feedback. See `inkling.service.parsing` for pictures."""
