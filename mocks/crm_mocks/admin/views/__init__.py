"""Routes of the control API, one module per concept."""
