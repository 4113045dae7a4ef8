"""What an answer can look like: pure functions from data to text or bytes."""
