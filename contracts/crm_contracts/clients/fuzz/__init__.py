"""Fuzz client programs with generated responses: find what breaks them, shrink it, and keep a reproduction."""
