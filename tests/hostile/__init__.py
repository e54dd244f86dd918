"""Seeded mutations of valid inputs, sent to each part that reads what others wrote: `make fuzz-us`."""
