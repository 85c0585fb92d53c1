"""What Wagtail editors share: page bases and content blocks."""
