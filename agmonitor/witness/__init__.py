"""What DNS and the client's path say."""
