"""Knowledge distillation and the ensembles that serve as teachers."""
