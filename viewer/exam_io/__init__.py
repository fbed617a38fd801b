"""Files in, exams out, or a named reason why not."""
