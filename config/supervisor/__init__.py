"""`manage.py up`: every process of an installation under one roof."""
