"""The mocks' journal: as the control API returns it, and as `--journal` writes it."""
