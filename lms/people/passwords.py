"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id at 19 MiB, 2 passes, 1 lane. Source: OWASP password storage, accepted minimum."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
