from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from appliance.records.database import Records
from appliance.records.turn_times import keep_turn_times
from appliance.status.journal import percentile, read_journal
from tests.plant import Plant


def test_turns_of_today_come_back_sorted_by_the_hour(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.write_calls((5, "done", 3))
    records = Records(plant.machine.database_path)
    keep_turn_times(records, "a", [(datetime(2026, 11, 23, 9, 1), 900), (datetime(2026, 11, 23, 9, 59), 300)])
    keep_turn_times(records, "b", [(datetime(2026, 11, 23, 10, 0), 700), (datetime(2026, 11, 22, 9, 0), 9000)])
    keep_turn_times(records, "c", [])
    records.close()
    journal = read_journal(plant.machine.database_path, date(2026, 11, 23))
    assert journal is not None
    assert journal.gaps == {9: [300, 900], 10: [700]}
    assert journal.all_gaps == [300, 700, 900]


def test_percentiles_are_values_that_were_measured() -> None:
    hundred = list(range(1, 101))
    assert [percentile(hundred, share) for share in (0.0, 0.5, 0.95, 1.0)] == [1, 50, 95, 100]
    assert percentile([42], 0.95) == 42
