"""Where an order goes, as it was when somebody said so: address books change, this does not."""

from collections.abc import Mapping

FIELDS = (
    "full_name",
    "company",
    "street",
    "street_extra",
    "postal_code",
    "city",
    "region",
    "country",
    "phone",
)


def snapshot(given: Mapping[str, str]) -> dict[str, str]:
    """This function will copy the fields of an address; those that were not given are empty."""
    return {name: str(given.get(name, "")) for name in FIELDS}
