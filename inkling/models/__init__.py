"""Model files: model card, predictor, and the repository of published versions."""
