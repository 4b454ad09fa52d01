"""An app for the fault tests alone: events, and subscribers that count, or end their process."""
