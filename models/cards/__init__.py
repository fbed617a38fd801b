"""What is known of every model, one card a file."""
