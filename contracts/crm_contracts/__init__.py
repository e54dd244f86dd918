"""Contract testing: verdicts on clients and providers, reports, fuzzing, contract comparison and contract rules.

This package builds on `crm_mocks`, which never imports it.
"""
