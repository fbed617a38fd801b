"""Synthetic mammograms with known truth: four-view exams from a seed, numpy and scipy only."""
