"""A place for the record."""

from django.db import OperationalError, connections
from psycopg import sql
from psycopg.errors import InvalidCatalogName

from apps.audit.errors import AuditDatabaseAway
from apps.audit.routing import AUDIT

# The database that every server has, to say from there that one is to be made.
_MAINTENANCE = "postgres"


def ensure_database() -> bool:
    """This function will make the audit database if its server has none of that name.

    Returns whether it made it.

    Raises:
        AuditDatabaseAway: the server does not answer, or the role may not create databases.
    """
    connection = connections[AUDIT]
    try:
        connection.ensure_connection()
    except OperationalError as error:
        if not isinstance(error.__cause__, InvalidCatalogName) and "does not exist" not in str(
            error
        ):
            raise AuditDatabaseAway(str(error).strip().splitlines()[0]) from error
    else:
        return False
    name = connection.settings_dict["NAME"]
    elsewhere = type(connection)(connection.settings_dict | {"NAME": _MAINTENANCE}, AUDIT)
    try:
        with elsewhere.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except Exception as error:
        raise AuditDatabaseAway(
            f"There is no database {name}, and it could not be made ({_said(error)}). "
            f"Make it: CREATE DATABASE {name} OWNER {connection.settings_dict['USER']};"
        ) from error
    finally:
        elsewhere.close()
    return True


def _said(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
