"""The pages of the programs' desk."""
