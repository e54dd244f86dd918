"""The house rules, one file for each concept; the runner finds them by itself."""
