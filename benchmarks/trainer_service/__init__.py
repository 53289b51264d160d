"""What is measured of the trainer's service, a question a file; each gives its rows for the section `jobs`."""
