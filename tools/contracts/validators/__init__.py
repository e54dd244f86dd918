"""Tools that read a contract and send nothing."""
