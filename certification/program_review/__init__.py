"""New versions of programs: written as drafts, weighed, and published by a second officer."""
