"""Where an order goes, as it was when somebody said so: address books change, this does not."""

from collections.abc import Mapping

from django_countries import countries

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


def address_lines(address: Mapping[str, str]) -> list[str]:
    """This function will return an address as it is written on a parcel, without the phone."""
    town = f"{address.get('postal_code', '')} {address.get('city', '')}".strip()
    country = countries.name(address.get("country", ""))
    names = [address.get(name, "") for name in ("full_name", "company", "street", "street_extra")]
    return [line for line in (*names, town, address.get("region", ""), country) if line]
