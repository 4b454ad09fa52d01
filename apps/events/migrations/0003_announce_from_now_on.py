"""Other systems have heard of nothing yet, and want no history: they are told what comes from now
on. `manage.py events replay --announce` publishes what was before."""

from django.db import migrations

_FROM_NOW_ON = """
INSERT INTO events_feedreader (name, position)
SELECT 'announcer', max(position) FROM events_outboxevent HAVING max(position) IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_pipeline")]
    operations = [migrations.RunSQL(_FROM_NOW_ON, migrations.RunSQL.noop)]
