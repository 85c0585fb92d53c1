"""The HTTP face of certification."""

from ninja import Router

router = Router()
