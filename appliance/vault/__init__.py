"""SQLite files that may be encrypted (SQLCipher): their keys, and the one way in which such a file is opened."""
