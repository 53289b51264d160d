"""Evaluation of a model on a labeled dataset: metrics, reports and the images behind them."""
