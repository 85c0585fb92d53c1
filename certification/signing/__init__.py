"""Keys and signatures: what this academy signs, and whether what others signed is unaltered."""
