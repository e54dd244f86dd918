"""Commands that this package plugs into `crm-mocks`."""
