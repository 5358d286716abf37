"""Custodians' keys and the wave key divided among them."""

import json
from dataclasses import replace
from itertools import combinations

import pytest

from barometer.problems import UnusableInput
from barometer.sealing import (
    KeyPair,
    new_wave_key,
    read_key_file,
    read_public_key,
    read_wave_key,
    unwrap_wave_key,
    wrap_wave_key,
    write_key_file,
    write_wave_key,
)

AINO, BO, CAI, STRANGER = (KeyPair.generate() for _ in range(4))
CUSTODIANS = [AINO.public, BO.public, CAI.public]


def code_of(raised) -> str:
    return raised.value.problems[0].code


@pytest.mark.parametrize("pair", list(combinations([AINO, BO, CAI], 2)))
def test_any_two_of_three_custodians_unwrap_the_wave_key(pair):
    made = KeyPair.generate()

    assert unwrap_wave_key(wrap_wave_key(made, CUSTODIANS, 2), pair) == made


@pytest.mark.parametrize("keys", [[], [AINO], [AINO, AINO], [AINO, STRANGER], [STRANGER]])
def test_fewer_than_the_quorum_do_not(keys):
    with pytest.raises(UnusableInput, match="needs 2 of its 3 custodians") as raised:
        unwrap_wave_key(new_wave_key(CUSTODIANS, 2), keys)

    assert code_of(raised) == "quorum-missing"


@pytest.mark.parametrize("quorum", [1, 2, 3])
def test_other_quorums_work_alike(quorum):
    wave_key = new_wave_key(CUSTODIANS, quorum)

    unwrap_wave_key(wave_key, [AINO, BO, CAI][:quorum])
    with pytest.raises(UnusableInput):
        unwrap_wave_key(wave_key, [AINO, BO, CAI][: quorum - 1])


@pytest.mark.parametrize("quorum", [0, 4])
def test_an_impossible_quorum_is_refused(quorum):
    with pytest.raises(UnusableInput) as raised:
        new_wave_key(CUSTODIANS, quorum)

    assert code_of(raised) == "quorum-impossible"


def test_one_custodian_given_twice_is_refused():
    with pytest.raises(UnusableInput):
        new_wave_key([AINO.public, AINO.public, BO.public], 2)


def test_a_wave_key_file_comes_back_and_holds_no_secret():
    made = KeyPair.generate()
    written = write_wave_key(wrap_wave_key(made, CUSTODIANS, 2))

    assert unwrap_wave_key(read_wave_key(written), [BO, CAI]) == made
    assert "AGE-SECRET-KEY" not in written


@pytest.mark.parametrize("text", ["", "{}", "[]", "[" * 100_000, '{"format": "kumppani wave key 1"}', "age1xyz"])
def test_what_is_no_wave_key_is_refused(text):
    with pytest.raises(UnusableInput) as raised:
        read_wave_key(text, file="wave-key.json")

    assert str(raised.value).startswith("wave-key.json: This is not a wave key.")


def test_a_wave_key_not_wrapped_for_every_quorum_is_refused():
    wave_key = new_wave_key(CUSTODIANS, 2)

    with pytest.raises(UnusableInput):
        read_wave_key(write_wave_key(replace(wave_key, wrapped=wave_key.wrapped[1:])))


def test_a_damaged_wrapping_is_said_to_be_damaged():
    wave_key = new_wave_key(CUSTODIANS, 2)
    damaged = tuple((group, nested[:-1] + bytes([nested[-1] ^ 1])) for group, nested in wave_key.wrapped)

    with pytest.raises(UnusableInput) as raised:
        unwrap_wave_key(replace(wave_key, wrapped=damaged), [AINO, BO])

    assert code_of(raised) == "wave-key-damaged"


def test_a_wrapping_of_some_other_key_is_noticed():
    wave_key, other = new_wave_key(CUSTODIANS, 2), new_wave_key(CUSTODIANS, 2)

    with pytest.raises(UnusableInput) as raised:
        unwrap_wave_key(replace(wave_key, wrapped=other.wrapped), [AINO, BO])

    assert code_of(raised) == "wave-key-damaged"


def test_key_files_come_back():
    assert read_key_file(write_key_file(AINO, "Aino")) == AINO
    assert read_key_file(f"# created: by age-keygen\n{AINO.secret}\n") == AINO


@pytest.mark.parametrize("text", ["", "# nothing\n", "AGE-SECRET-KEY-1ABC", f"{AINO.secret}\n{BO.secret}\n"])
def test_a_file_without_exactly_one_secret_key_is_refused(text):
    with pytest.raises(UnusableInput) as raised:
        read_key_file(text, file="aino.key")

    assert str(raised.value).startswith("aino.key: No secret key was found.")


def test_a_secret_key_given_as_a_public_one_is_refused_without_repeating_it():
    with pytest.raises(UnusableInput) as raised:
        read_public_key(AINO.secret)

    assert code_of(raised) == "secret-key-given"
    assert AINO.secret not in str(raised.value)


@pytest.mark.parametrize("text", ["", "age1", "hello", f"test:{AINO.public}"], ids=["", "cut", "word", "marked"])
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(UnusableInput) as raised:
        read_public_key(text)

    assert code_of(raised) == "public-key-unreadable"


def test_a_secret_is_never_shown_by_its_representation():
    assert AINO.secret not in repr(AINO)


def test_the_mark_of_demonstration_keys_stays_with_them():
    pair = KeyPair.generate(demonstration=True)

    assert read_key_file(write_key_file(pair)) == pair
    assert read_public_key(str(pair.public)) == pair.public
    assert new_wave_key([pair.public], 1).demonstration
    assert read_wave_key(write_wave_key(new_wave_key([pair.public], 1))).demonstration


def test_demonstration_keys_and_real_keys_are_not_mixed():
    with pytest.raises(UnusableInput) as raised:
        new_wave_key([KeyPair.generate(demonstration=True).public, AINO.public], 2)

    assert code_of(raised) == "demonstration-key"


def test_one_custodian_cannot_stand_for_two_by_writing_her_key_in_capitals():
    again = read_public_key(AINO.public.age.upper())

    assert again == AINO.public
    with pytest.raises(UnusableInput) as raised:
        new_wave_key([AINO.public, again], 2)
    assert code_of(raised) == "quorum-impossible"


@pytest.mark.parametrize("spelling", [str, str.upper], ids=["same", "capitals"])
def test_a_wave_key_file_that_names_one_custodian_twice_is_refused(spelling):
    plain = json.loads(write_wave_key(new_wave_key([AINO.public, BO.public], 2)))
    text = json.dumps(plain).replace(BO.public.age, spelling(AINO.public.age))

    with pytest.raises(UnusableInput) as raised:
        read_wave_key(text)
    assert code_of(raised) == "wave-key-unreadable"


def test_a_wave_key_file_with_very_many_custodians_is_refused_at_once():
    plain = json.loads(write_wave_key(new_wave_key(CUSTODIANS, 2)))
    plain |= {"custodians": [KeyPair.generate().public.age for _ in range(60)], "quorum": 30}

    with pytest.raises(UnusableInput):
        read_wave_key(json.dumps(plain))


def test_a_wave_key_says_who_made_it_and_on_which_day():
    made = replace(new_wave_key(CUSTODIANS, 2), made_by="Aino", made_on="2026-11-22")

    assert read_wave_key(write_wave_key(made)) == made


def test_a_wave_key_made_on_no_day_is_refused():
    with pytest.raises(UnusableInput):
        read_wave_key(write_wave_key(replace(new_wave_key(CUSTODIANS, 2), made_on="yesterday")))
