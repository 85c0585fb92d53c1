"""Hours side by side: what was measured, what is credited, and what the credit rests on."""
