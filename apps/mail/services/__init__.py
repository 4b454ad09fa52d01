from apps.mail.services.send_mail import send_mail

__all__ = ["send_mail"]
