"""The calendar: which times are free (pure), what is committed (SQLite), and the desk that does a conversation's acts."""
