"""Read and write files within bounds of size and time; read YAML within bounds of values and depth."""
