"""Channels to a receiver: at a URL, or an application of this process."""
