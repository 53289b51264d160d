"""Knowledge distillation and ensembles."""
