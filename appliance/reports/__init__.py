"""What the running processes leave behind for others to read: their reports, the database, and what both mean."""
