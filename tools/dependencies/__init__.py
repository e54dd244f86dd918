"""What pyproject.toml declares: why each package is there, who uses it, and its licence."""
