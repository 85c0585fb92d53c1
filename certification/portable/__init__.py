"""The portable record: what a worker takes along, and what comes of it at another academy."""
