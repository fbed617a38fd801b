"""The published networks for masses, a file for each family, in plain PyTorch."""
