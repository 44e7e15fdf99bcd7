"""SIP and media: the line process, the link to the agent, the headset. Only the line's own modules import pjsua2."""
