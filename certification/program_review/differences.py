"""Say in what two versions of a program differ; pure."""
