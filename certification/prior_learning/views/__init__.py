"""The pages of prior learning: the worker’s, the office’s, and what both share."""
