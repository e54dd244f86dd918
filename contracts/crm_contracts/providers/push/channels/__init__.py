"""Ways to a receiver: by URL, and into an application of the same process."""
