"""Gradient boosting on labelled pairs: training, models in folders, and what they say of pairs."""
