"""Letters that tell somebody why they are not certified, kept as they were sent."""
