"""The logic behind the views: loaded models, datasets, explainers."""
