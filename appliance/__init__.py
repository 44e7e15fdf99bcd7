"""The clinic voice appliance: answers the phone, understands, books; nothing leaves the building."""

__version__ = "0.1.0"
