"""The failures that moving data in and out anticipates."""

from apps.core.errors import Conflict, Forbidden, Invalid, Unavailable


class UnusableFile(Invalid):
    """The file as a whole is not what it was said to be; nothing after this point was read."""

    code = "unusable_file"
    title = "The file cannot be used"


class UploadExpired(Invalid):
    """It is of yesterday, of somebody else, or was never ours."""

    code = "upload_expired"
    title = "This page is too old: upload the file again"


class PictureNotLoaded(Invalid):
    """A product file names a picture by a path, and there is no such picture to have."""

    code = "picture_not_loaded"
    title = "A picture cannot be read"


class NotADemoShop(Conflict):
    """Demo data would be mixed with the products of a real shop."""

    code = "not_a_demo_shop"
    title = "The store has products of its own"


class AdminRequired(Forbidden):
    """All there is of a store is for its admins alone."""

    code = "admin_required"
    title = "This takes the role admin"


class ExportNotYours(Forbidden):
    """Who may export may not take away what others have exported."""

    code = "export_not_yours"
    title = "Somebody else has asked for this export"


class AdminTokenRefused(Forbidden):
    """Exports take a second secret, which is no part of any account."""

    code = "admin_token_refused"
    title = "This takes a valid X-Admin-Token"


class ExportsOff(Forbidden):
    """The installation has no `ADMIN_TOKENS`, so there is none that could be right."""

    code = "exports_off"
    title = "Exports are off: no ADMIN_TOKENS are set on this installation"


class ImportUnderWay(Conflict):
    """Two imports into one store would take each other's names."""

    code = "import_under_way"
    title = "Another import into this store is under way"


class AnotherFile(Conflict):
    """It begins like a file of which the import was not finished, and goes on differently."""

    code = "another_file"
    title = "The file is not the one whose import was interrupted"


class ChangedSince(Conflict):
    """Reverting would undo what somebody has done after the import."""

    code = "changed_since"
    title = "It has changed since it was imported"


class NotRevertible(Conflict):
    """What the import has overwritten is not known any more."""

    code = "not_revertible"
    title = "The import cannot be reverted"


class ExportRefused(Invalid):
    """A combination that makes no file."""

    code = "export_refused"
    title = "There is no such export"


class ExportNotWritten(Unavailable):
    """The file could not be written whole, and so is not there at all."""

    code = "export_not_written"
    title = "The export could not be written"


class TooManyExports(Conflict):
    """Files take room, and each of them is all that a store knows."""

    code = "too_many_exports"
    title = "The store has as many exports as it may"


class ExportHasNoFile(Conflict):
    """It is not done, it failed, or its day is over."""

    code = "export_has_no_file"
    title = "There is no file of this export"


class ImportHasEnded(Conflict):
    """Only what was interrupted, or has stopped, is given up."""

    code = "import_has_ended"
    title = "The import has ended"


class ExportNotFailed(Conflict):
    """Only what failed is tried again."""

    code = "export_not_failed"
    title = "The export has not failed"


class TooManyImports(Conflict):
    """Files take room, and the store is written by one import at a time."""

    code = "too_many_imports"
    title = "The store has as many files to import as it may"


class NotApplicable(Conflict):
    """It was imported before, somebody else has just asked for it, or its file is gone."""

    code = "not_applicable"
    title = "The file cannot be imported"


class NotCancelable(Conflict):
    """All that could happen has happened."""

    code = "not_cancelable"
    title = "There is nothing to cancel"


class NoRefusedRows(Conflict):
    """Nothing was refused, or what was is not kept any more."""

    code = "no_refused_rows"
    title = "There are no refused rows to download"


class TooManyRows(Conflict):
    """The keys of so many rows are not carried to a worker."""

    code = "too_many_rows"
    title = "The list is too long to be exported as it is"
