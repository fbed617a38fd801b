"""The user's own copies of weights: fetched, imported, verified, kept."""
