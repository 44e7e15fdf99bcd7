"""Every bench keeps the contract of its folder; that of understanding is run, small."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

import appliance.bench
from appliance.__main__ import main
from appliance.bench import find_benches


def test_every_file_of_the_folder_is_a_bench_that_documents_its_keys() -> None:
    benches = find_benches()
    folder = Path(str(appliance.bench.__file__)).parent
    assert list(benches) == sorted(path.stem for path in folder.glob("[a-z]*.py"))
    for bench in benches.values():
        assert bench.__doc__
        assert bench.KEYS
        assert all(key.isidentifier() and meaning for key, meaning in bench.KEYS.items())
        bench.add_options(argparse.ArgumentParser())
        assert callable(bench.measure)


def test_help_tells_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    for name, bench in find_benches().items():
        with pytest.raises(SystemExit):
            main(["bench", name, "--help"])
        shown = capsys.readouterr().out
        assert all(f"{key}: {meaning}" in shown for key, meaning in bench.KEYS.items())


def test_understanding_is_measured_part_by_part_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "understanding", "--utterances", "12", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == set(find_benches()["understanding"].KEYS)
    assert figures["utterances"] == 12
    assert figures["encoder_rung"] == 1
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]
    assert 0 < figures["encoder_ms"] < figures["cpu_p99_ms"]
    assert 50 < figures["rss_loaded_mb"] <= figures["rss_peak_mb"] < 350
    assert figures["load_s"] > 0


def test_without_json_a_table_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "understanding", "--utterances", "3"]) == 0
    assert "p99_ms" in capsys.readouterr().out
