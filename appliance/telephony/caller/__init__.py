"""A telephone caller of our own, on the standard library: it shares no SIP code with the line, so it can test the line.

script (what to say) -> voice (flite) -> rtp -> the agent -> rtp -> ear (silence, pocketsphinx, nearest prompt) -> script
"""

from appliance.telephony.caller.placing import place_call
from appliance.telephony.caller.report import CallerEvent, CallReport
from appliance.telephony.caller.script import HangUp, Script
from appliance.telephony.caller.sip_call import Login

__all__ = ["CallReport", "CallerEvent", "HangUp", "Login", "Script", "place_call"]
