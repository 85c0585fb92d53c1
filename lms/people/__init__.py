"""Users, workers, organisations, employment and who may do what."""
