"""`python -m crm_mocks.cli`."""

from crm_mocks.cli import main

if __name__ == "__main__":
    main(prog_name="crm-mocks")
