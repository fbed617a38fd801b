"""Training of GLAM with image-level labels, and the measures that judge it. No Qt."""
