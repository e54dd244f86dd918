"""What is made of the contracts beside serving them: house rules, generated pages.

It builds on `crm_mocks`, which never imports it.
"""
