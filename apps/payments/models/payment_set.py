from typing import TYPE_CHECKING, Any, Self

from apps.accounts.scopes import Scope
from apps.payments.models.gateway_call import GatewayCallQuerySet

if TYPE_CHECKING:
    from apps.payments.models.payment import Payment


class PaymentQuerySet(GatewayCallQuerySet["Payment"]):
    def visible_to(self, caller: Any) -> Self:
        """This function will keep all for those who may read payments, for others their own."""
        if caller.has_scope(Scope.READ_PAYMENTS):
            return self
        return self.filter(order__customer=caller) if caller.is_person else self.none()

    def capturable(self) -> Self:
        """This function will keep those whose money is set aside, and pays an order."""
        return self.filter(state="authorized", is_surplus=False)

    def locked_with_order(self) -> "list[Payment]":
        """This function will lock payments and their orders; `payment.order` is as it now is."""
        related = self.select_related("order__store", "order__customer")
        return related.locked(of=("self", "order"))
