"""What the desks read, one module for each desk."""
