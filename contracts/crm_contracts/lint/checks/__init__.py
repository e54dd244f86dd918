"""The house rules, one module per concept. The runner discovers the modules."""
