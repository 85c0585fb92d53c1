"""The pages of the desks, one module for each desk."""
