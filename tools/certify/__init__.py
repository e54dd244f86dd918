"""Certification: verify every mock as if it were an unknown provider. Run `python -m tools.certify [VENDOR…]`."""
