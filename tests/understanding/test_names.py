"""Names on file, found by how they sound."""

import pytest

from appliance.understanding.names import CLEAR, best, match

DIRECTORY = [
    "Margaret Doyle",
    "Daniel Kowalski",
    "Sofia Ramirez",
    "Priya Nair",
    "Liam Carter",
    "Ava Carter",
    "Hannah Carter",
    "Amara Okafor",
    "James Whitfield",
    "Elena Ruiz",
    "Thanh Nguyen",
    "Wei Zhao",
    "Sean O'Brien",
    "Mary Smith",
    "John Smith",
]

HEARD = {
    "margaret dial": "Margaret Doyle",
    "margret doyle": "Margaret Doyle",
    "daniel koval ski": "Daniel Kowalski",
    "daniel kovalsky": "Daniel Kowalski",
    "sophia ramires": "Sofia Ramirez",
    "Sofía Ramírez": "Sofia Ramirez",
    "ramirez sofia": "Sofia Ramirez",
    "pre ya nair": "Priya Nair",
    "priyanair": "Priya Nair",
    "pria nayer": "Priya Nair",
    "leam carter": "Liam Carter",
    "hanna carter": "Hannah Carter",
    "shawn o brian": "Sean O'Brien",
    "sean obrien": "Sean O'Brien",
    "thanh win": "Thanh Nguyen",
    "marry smith": "Mary Smith",
    "mr jon smith": "John Smith",
    "my name is priya nair please": "Priya Nair",
    "my wife is hannah carter": "Hannah Carter",
}


@pytest.mark.parametrize(("spoken", "name"), HEARD.items())
def test_a_misheard_name_is_found(spoken: str, name: str) -> None:
    assert best(spoken, DIRECTORY) == name


@pytest.mark.parametrize(
    "spoken",
    [
        "",
        "yes",
        "i need to cancel my appointment",
        "carter",
        "smith",
        "doyle",
        "kowalski",
        "karen kowalski",
        "mark kowalski",
        "noah carter",
        "sofia martinez",
        "dana kowalski",
        "maria doyle",
        "five five five oh one",
    ],
)
def test_nobody_is_guessed(spoken: str) -> None:
    """A surname alone, a relative or a stranger is nobody on file."""
    assert best(spoken, DIRECTORY) is None


def test_two_names_too_much_alike_are_not_told_apart() -> None:
    assert best("jon smith", ["John Smith", "Joan Smith"]) is None
    assert best("john smith", ["John Smith", "Ava Carter"]) == "John Smith"


def test_the_same_name_twice_on_file_is_still_one_name() -> None:
    assert best("john smith", ["John Smith", "John Smith"]) == "John Smith"


def test_candidates_come_best_first_and_a_surname_alone_is_never_clear() -> None:
    ranked = match("carter", DIRECTORY)
    assert {name for name, _ in ranked[:3]} == {"Ava Carter", "Liam Carter", "Hannah Carter"}
    assert [likeness for _, likeness in ranked] == sorted((likeness for _, likeness in ranked), reverse=True)
    assert ranked[0][1] < CLEAR


@pytest.mark.parametrize(
    ("spoken", "surname"), {"doctor oh car for": "okafor", "dr wit field": "whitfield", "ruiz": "ruiz"}.items()
)
def test_a_doctor_is_found_by_surname(spoken: str, surname: str) -> None:
    assert match(spoken, ["okafor", "whitfield", "ruiz"])[0] == (surname, 1.0)


def test_no_names_give_no_candidates() -> None:
    assert match("anybody", []) == []
    assert match("", DIRECTORY) == []
