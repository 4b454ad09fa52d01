from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0003_announce_from_now_on")]
    operations = [
        migrations.AddIndex(
            model_name="outboxevent",
            index=BrinIndex(autosummarize=True, fields=["created_at"], name="event_by_time"),
        ),
    ]
