"""The service's routes: one file a noun, each a blueprint. A view reads like a list and leaves the work to the parts."""
