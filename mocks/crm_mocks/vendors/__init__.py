"""One folder for each CRM; the folder is all that has to be added for a new one, beside its contract."""
