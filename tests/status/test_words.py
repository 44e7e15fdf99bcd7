"""The page in Spanish: nothing is left in English, and nothing that a caller or a file name brings along is translated."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from appliance.status.words import installed, words
from tests.status.desk import PASSWORD, Desk, form_of, sign_in
from tests.status.sentences import source_sentences, template_sentences

VALUE = re.compile(r"\{\w+\}")
OTHERS = [language for language in installed() if language != "en"]


@pytest.fixture(autouse=True)
def nothing_missing_before() -> None:
    for language in OTHERS:
        words(language).missing.clear()


def test_english_and_spanish_are_installed() -> None:
    assert installed() == ["en", "es"]


@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_templates_and_checks_say_has_a_translation(language: str) -> None:
    said = words(language)
    for sentence in {*template_sentences(), *source_sentences()}:
        said(sentence, **{value[1:-1]: "x" for value in VALUE.findall(sentence)})
    assert said.missing == set()


@pytest.mark.parametrize("language", OTHERS)
def test_no_page_of_anybody_has_a_sentence_without_translation(language: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.app.test_client().get("/", headers={"Accept-Language": language})
    desk.fill()
    desk.add("it.admin", "operator")
    desk.add("maria.lopez", "front-desk")
    for name, addresses in (("it.admin", ("/", "/audit", "/account")), ("maria.lopez", ("/messages", "/appointments", "/audit"))):
        client = desk.client(name)
        client.set_cookie("language", language)
        for address in addresses:
            assert f'<html lang="{language}">' in client.get(address).text
        client.post("/messages/m0/done", data={"form": form_of(client, "/account")}, follow_redirects=True)
    client = desk.client()
    client.set_cookie("language", language)
    for _ in range(7):
        sign_in(client, "it.admin", PASSWORD + "x")
    client.get("/set-up")
    assert words(language).missing == set()


def test_a_sentence_with_values_is_translated_inside_out_and_a_file_name_is_left_alone() -> None:
    said = words("es")
    assert said("Registered with the PBX, which last said yes 12 seconds ago.") == (
        "Registrada en la centralita, que aceptó por última vez hace 12 segundos."
    )
    assert said("Only 0.6 GB are free where /var/lib/appliance lies.") == "Solo quedan 0.6 GB libres donde está /var/lib/appliance."
    assert said.known("encoder.gguf · 0123abcd") == "encoder.gguf · 0123abcd"
    assert said.day(date(2026, 11, 23)) == "lunes 23 de noviembre"
    assert said.moment(datetime(2026, 11, 22, 9, 30), date(2026, 11, 23)) == "Ayer 09:30"
    assert said.missing == set()
    assert said("A sentence nobody translated.") == "A sentence nobody translated."
    assert said.missing == {"A sentence nobody translated."}


def test_the_browsers_language_counts_until_another_is_chosen(tmp_path: Path) -> None:
    client = Desk(tmp_path).app.test_client()
    spanish = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
    assert "Atendiendo llamadas" in client.get("/", headers=spanish).text
    assert client.get("/language/en?next=/").headers["Location"] == "/"
    assert "Answering calls" in client.get("/", headers=spanish).text
    assert client.get("/language/xx").status_code == 404
    assert "Answering calls" in client.get("/", headers={"Accept-Language": "fr, *;q=0.1"}).text
