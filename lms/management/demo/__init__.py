"""The demo state: a believable place to try everything, built by the operations of the house."""
