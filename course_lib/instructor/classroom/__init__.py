"""What a lecturer shows."""
