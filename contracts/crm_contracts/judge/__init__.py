"""One judgement: exchanges, whoever recorded them, held to the contracts, and the verdict on them."""
