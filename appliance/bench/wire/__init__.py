"""Telephoning the appliance to measure it: a caller that stamps every packet, and the arithmetic on those stamps.

clinic (made up) -> answers -> speech -> phone (SIP, RTP) -> appliance -> phone -> record -> turns -> figures
"""
