"""The frozen program used as a person would, and compared with the program run from source."""
