"""People: how they log in, what their passwords must be, and what is mailed to them."""

from config import env

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = LOGIN_REDIRECT_URL = "/admin/"
AUTHENTICATION_BACKENDS = ["apps.accounts.authentication.StoreEmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "apps.accounts.password_hashers.BcryptHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "apps.accounts.password_rules.MaximumLengthValidator"},
    {"NAME": "apps.accounts.password_rules.DisguisedCommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name"]},
    },
]
# How long mailed links are good.
VERIFY_EMAIL_HOURS = env.number("VERIFY_EMAIL_HOURS", 48)
RESET_PASSWORD_MINUTES = env.number("RESET_PASSWORD_MINUTES", 60)
# More of one kind are not mailed to one person within an hour, however many are asked for.
ACCOUNT_MAILS_AN_HOUR = 5
# The shop front's pages that mailed links lead to, with {token} and, where one shop front serves
# several stores, {store}. Without them a mail holds the token itself, to be pasted.
ACCOUNT_LINKS = {
    "verify_email": env.link("VERIFY_EMAIL_LINK", fields=["token", "store"]),
    "reset_password": env.link("RESET_PASSWORD_LINK", fields=["token", "store"]),
}
# Whether staff need a second factor to do anything in the admin.
ADMIN_REQUIRES_SECOND_FACTOR = False
# An e-mail is unique within its store, not alone: two shops may know the same person.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
