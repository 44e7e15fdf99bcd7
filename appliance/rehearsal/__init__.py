"""Scripted calls as a site's acceptance test, over text or over the telephone; and recorded calls, gone through again."""
