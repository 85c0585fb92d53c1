"""What people completed or were granted before this academy kept their record, from a file."""
