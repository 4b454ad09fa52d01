"""Values that stand out: wherever one turns up in clear, something leaks."""

EMAIL = "Canary-4f1c@aviary.example"
NEW_EMAIL = "Canary-again-4f1c@aviary.example"
NAME = "Serinus Canaria-4f1c"
COMPANY = "Aviary-4f1c Ltd"
STREET = "17 Nightingale-4f1c Row"
CITY = "Birdham-4f1c"
POSTAL_CODE = "PO-4f1c"
PHONE = "+44 20 7946 4117"
NOTE = "Feed the parrot-4f1c"
STAFF_NOTE = "Sings-4f1c loudly"
REASON = "Moulting-4f1c season"
PASSWORD = "tweet-4f1c-password"
WRONG_PASSWORD = "tweet-4f1c-guess"
OPINION = "Chirps-4f1c at dawn"
CARD = "4242424242424242"

ADDRESS = {
    "full_name": NAME,
    "company": COMPANY,
    "street": STREET,
    "street_extra": "",
    "postal_code": POSTAL_CODE,
    "city": CITY,
    "region": "",
    "country": "GB",
    "phone": PHONE,
}
MARKS = (
    EMAIL,
    NEW_EMAIL,
    NAME,
    COMPANY,
    STREET,
    CITY,
    POSTAL_CODE,
    PHONE,
    NOTE,
    STAFF_NOTE,
    REASON,
    OPINION,
    PASSWORD,
    WRONG_PASSWORD,
    CARD,
)
