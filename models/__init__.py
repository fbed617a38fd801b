"""Headless library of mammography models: arrays in, results in source-image pixels out."""

__version__ = "0.1.0"
RESEARCH_USE_ONLY = "Not a medical device. Research use only."
