from apps.orders.services.add_to_cart import add_to_cart
from apps.orders.services.cancel_order import cancel_order
from apps.orders.services.change_cart_line import change_cart_line
from apps.orders.services.clear_flag import clear_flag
from apps.orders.services.deliver_shipment import deliver_shipment
from apps.orders.services.empty_cart import empty_cart
from apps.orders.services.erase_customer import erase_customer
from apps.orders.services.expire_order import expire_order
from apps.orders.services.flag_order import flag_order
from apps.orders.services.hold_order import hold_order
from apps.orders.services.import_history import import_history
from apps.orders.services.issue_credit_note import issue_credit_note
from apps.orders.services.issue_invoice import issue_invoice
from apps.orders.services.lock_order import lock_order
from apps.orders.services.mail_again import mail_again
from apps.orders.services.mail_cancelation import mail_cancelation
from apps.orders.services.mail_confirmation import mail_confirmation
from apps.orders.services.mail_customer import mail_customer
from apps.orders.services.mail_receipt import mail_receipt
from apps.orders.services.mail_shipment import mail_shipment
from apps.orders.services.mark_order_delivered import mark_order_delivered
from apps.orders.services.mark_order_paid import mark_order_paid
from apps.orders.services.mark_order_refunded import mark_order_refunded
from apps.orders.services.merge_guest_cart import merge_guest_cart
from apps.orders.services.place_order_from_cart import place_order_from_cart
from apps.orders.services.place_order_from_lines import RequestedLine, place_order_from_lines
from apps.orders.services.record_note import record_note
from apps.orders.services.remove_cart_line import remove_cart_line
from apps.orders.services.request_mail import request_mail
from apps.orders.services.ship_order import ShippedLine, ship_order
from apps.orders.services.update_order import update_order
from apps.orders.services.verify_buyer import verify_buyer
from apps.orders.services.verify_reviews import verify_reviews
from apps.orders.services.withdraw_order import withdraw_order
from apps.orders.services.withdraw_return import withdraw_return

__all__ = [
    "RequestedLine",
    "ShippedLine",
    "add_to_cart",
    "cancel_order",
    "change_cart_line",
    "clear_flag",
    "deliver_shipment",
    "empty_cart",
    "erase_customer",
    "expire_order",
    "flag_order",
    "hold_order",
    "import_history",
    "issue_credit_note",
    "issue_invoice",
    "lock_order",
    "mail_again",
    "mail_cancelation",
    "mail_confirmation",
    "mail_customer",
    "mail_receipt",
    "mail_shipment",
    "mark_order_delivered",
    "mark_order_paid",
    "mark_order_refunded",
    "merge_guest_cart",
    "place_order_from_cart",
    "place_order_from_lines",
    "record_note",
    "remove_cart_line",
    "request_mail",
    "ship_order",
    "update_order",
    "verify_buyer",
    "verify_reviews",
    "withdraw_order",
    "withdraw_return",
]
