"""What arrives byte by byte: malformed and odd HTTP, limits, slow clients."""
