"""The Python API: `inkling.load`, `inkling.Client` and their results. Import them from `inkling`."""
