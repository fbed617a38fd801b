"""The state of a session and its transitions."""
