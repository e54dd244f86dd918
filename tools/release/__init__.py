"""Distributions: built, checked, and installed on every supported Python."""
