from apps.core.errors import Conflict, Invalid, Unavailable


class DatabaseDown(Unavailable):
    """The one thing Tradepost cannot do without does not answer."""

    code = "database_down"
    title = "The database does not answer"


class NotReady(Unavailable):
    """This process must not be given requests yet."""

    code = "not_ready"
    title = "Not ready for requests"


class WrongOtherwise(Conflict):
    """Between looking and clicking something else has gone wrong with it."""

    code = "wrong_otherwise"
    title = "Something else is wrong with this by now: look at it again"


class NothingTold(Invalid):
    """Who clicks has been shown what is wrong, and says so with the click."""

    code = "nothing_told"
    title = "The page has not said what was wrong: open the exception inbox again"


class NotWrong(Conflict):
    """It was looked at before, or has settled itself."""

    code = "not_wrong"
    title = "There is nothing wrong with this any more"
