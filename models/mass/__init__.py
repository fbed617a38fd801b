"""Masses (Tiryaki, 2023): outlines, sizes and scores in one view."""
