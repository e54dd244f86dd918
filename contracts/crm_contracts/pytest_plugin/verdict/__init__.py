"""Judging tests and the run: what is intended, known, unchecked or broken."""
