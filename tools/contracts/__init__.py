"""Tools of the field on the published contracts. Run `python -m tools.contracts [VENDOR…]`, or `make contracts`."""
