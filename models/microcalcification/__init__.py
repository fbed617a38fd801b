"""Microcalcifications: DeepMiCa's segmentation and its two classifiers of a region."""
