"""Comparing two schemas as sets of values: what the new one takes less, and what it takes more."""
