"""Two records of one human: found, looked at side by side, joined by two officers, parted again."""
