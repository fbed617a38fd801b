"""What is kept of a session while it goes on, so that nothing is lost whatever happens."""
