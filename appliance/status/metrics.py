"""/metrics: the same facts for Prometheus. Labels are closed sets; no call id, number or name can become one."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from appliance.status.page import Facts
from appliance.status.rows import OUTCOMES

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_text(facts: Facts) -> bytes:
    """The Prometheus text exposition format, version 0.0.4. What a dead process would say is left out, never shown as zero."""
    registry = CollectorRegistry()
    registry.register(_Collector(facts))
    return generate_latest(registry)


class _Collector:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("appliance_up", "1 when the process reported within the last five seconds.", labels=["process"])
        up.add_metric(["line"], float(self._facts.line is not None))
        up.add_metric(["agent"], float(self._facts.agent is not None))
        yield up
        yield from self._line()
        yield from self._agent()
        yield from self._journal()

    def _line(self) -> Iterator[Metric]:
        line, now = self._facts.line, self._facts.now.timestamp()
        if line is None:
            return
        registered = self._facts.registration_condition.state == "ok" and line.registration.state == "registered"
        yield GaugeMetricFamily("appliance_registered", "1 when the PBX lists this extension.", value=float(registered))
        if line.registration.last_ok_at is not None:
            age = max(0.0, now - line.registration.last_ok_at)
            yield GaugeMetricFamily("appliance_registration_age_seconds", "Age of the PBX's last 200 to a REGISTER.", value=age)
        yield GaugeMetricFamily("appliance_calls_in_progress", "Calls now.", value=len(line.calls))
        yield GaugeMetricFamily("appliance_calls_capacity", "Calls at once, at most.", value=line.capacity)
        yield CounterMetricFamily(
            "appliance_calls", "Calls since the line started.", value=line.calls_total, created=line.started_at
        )
        refused = CounterMetricFamily("appliance_calls_refused", "Calls refused since the line started.", labels=["reason"])
        refused.add_metric(["busy"], line.refused_busy)
        refused.add_metric(["source"], line.refused_source)
        yield refused
        yield CounterMetricFamily("appliance_apologies", "Calls that heard the line's own apology.", value=line.apologies)
        dropped = CounterMetricFamily("appliance_dropped_frames", "20 ms frames lost to full queues.", labels=["direction"])
        dropped.add_metric(["to_agent"], line.dropped_frames.to_agent)
        dropped.add_metric(["to_caller"], line.dropped_frames.to_caller)
        yield dropped

    def _agent(self) -> Iterator[Metric]:
        agent = self._facts.agent
        if agent is None:
            return
        rung = GaugeMetricFamily("appliance_understanding_rung", "1 for the rung of the ladder in use.", labels=["rung"])
        for name in ("encoder", "phrases"):
            rung.add_metric([name], float(agent.rung == name))
        yield rung

    def _journal(self) -> Iterator[Metric]:
        journal = self._facts.journal
        if journal is None:
            return
        today = GaugeMetricFamily("appliance_calls_today", "Calls of today, in the clinic's time zone.", labels=["outcome"])
        for outcome in OUTCOMES:
            today.add_metric([outcome or "none"], journal.today.get(outcome, 0))
        yield today
