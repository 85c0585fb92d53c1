"""What officers do to a certificate in pairs, and what its holder may do against it."""
