"""The maths of showing an image; no Qt."""
