"""Running a client's own command, in any language, under the mocks."""
