"""Models on this machine: what the manifest says of them, and whether they are what it says."""
