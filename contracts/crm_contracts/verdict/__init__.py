"""The verdict on a client: what its requests broke, what it was refused, and what of the contract its tests covered."""
