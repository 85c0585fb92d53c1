"""The pages of the portable record: the worker's, the office's imports, issuers and maps."""
