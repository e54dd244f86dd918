"""Fuzzing client programs in any language: what breaks them is found, shrunk, and kept to be played again."""
