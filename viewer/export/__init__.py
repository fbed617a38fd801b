"""Pictures and tables out; no Qt."""
