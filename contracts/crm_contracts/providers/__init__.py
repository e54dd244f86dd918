"""Real providers and receivers: verify them, push to them, proxy them."""
