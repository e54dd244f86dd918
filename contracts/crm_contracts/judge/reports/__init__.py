"""What reports say about verdicts; `crm_contracts.report` renders it."""
