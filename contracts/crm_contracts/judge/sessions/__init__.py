"""Judge the clients of mocks by the statistics of their sessions."""
