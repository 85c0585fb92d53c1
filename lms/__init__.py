"""People, organisations and the ground that the other folders stand on: who and when."""
