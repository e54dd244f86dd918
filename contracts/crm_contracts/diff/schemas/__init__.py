"""Comparing two schemas as sets of values: what the new one no longer allows, and what it allows in addition."""
