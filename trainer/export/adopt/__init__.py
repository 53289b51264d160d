"""Adoption: give a classifier from elsewhere the contract and the model card that the server needs."""
