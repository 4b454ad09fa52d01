"""Who sells at the demo shop, who works there and who buys. Nobody here exists."""

import csv
from dataclasses import dataclass
from pathlib import Path

PEOPLE = Path(__file__).with_name("people.csv")

STAFF_EMAIL = "staff@tradepost.example"
STAFF_NAME = "Grace Hopper"
SHOPPER_EMAIL = "shopper@tradepost.example"
PASSWORD = "tradepost-demo"  # noqa: S105 - printed for everybody, on a demo's own machine

# As invoices show it; the fields are those of `Store`.
SELLER = {
    "legal_name": "Tradepost Demo GmbH",
    "legal_address": "Am Hafen 1\n20457 Hamburg\nGermany",
    "tax_number": "DE123456789",
    "email": "shop@tradepost.example",
}


@dataclass(frozen=True)
class Buyer:
    """A person with the one address in their book; the fields are those of `Address`."""

    email: str
    full_name: str
    street: str
    postal_code: str
    city: str
    country: str

    @property
    def address(self) -> dict[str, str]:
        """The address, as an address book takes it."""
        return {
            "full_name": self.full_name,
            "street": self.street,
            "postal_code": self.postal_code,
            "city": self.city,
            "country": self.country,
        }


def read_buyers() -> list[Buyer]:
    """This function will return the customers of the demo shop, the one with a password first."""
    with PEOPLE.open(encoding="utf-8", newline="") as lines:
        return [Buyer(**row) for row in csv.DictReader(lines)]
