"""Parse input of users and clients, with bounds on size, depth and time."""
