"""HTTP at the byte level: malformed and unusual requests, limits, slow clients."""
