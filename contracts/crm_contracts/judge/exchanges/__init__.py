"""Judge exchanges one by one, both sides of them: recordings, the proxy, requests to providers."""
