"""The pure core: events in, actions out; no clock, thread, socket, database, or word of any human language."""
