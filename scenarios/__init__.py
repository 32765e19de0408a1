"""What an interview is about: scenarios, their schema and their library."""
