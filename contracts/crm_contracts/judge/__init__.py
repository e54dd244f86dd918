"""Judge exchanges from any source against the contracts, and collect the findings in a verdict."""
