"""GLAM (Liu et al., MIDL 2021): benign and malignant saliency of one view."""
