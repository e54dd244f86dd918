"""Reading what users and clients send, with bounds on size, depth and time."""
