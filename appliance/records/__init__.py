"""What is kept: the database, and the calls written into it."""
