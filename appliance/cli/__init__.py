"""The verbs of the `appliance` command, one file each: parse, call, print."""
