from __future__ import annotations

import socket
from pathlib import Path

import pytest

from kumppani.settings.data_folder import CannotStart
from kumppani.website.starting import only_server_of, require_free


def test_a_port_that_is_taken_is_told_with_another_to_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotStart, match=rf"Port {port} is taken by another program. Choose another: --port"):
            require_free("127.0.0.1", port)

    require_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", 0, "There is no port 0"),
        ("127.0.0.1", 70_000, "There is no port 70000"),
        ("192.0.2.1", 8000, "Nothing can be served at 192.0.2.1:8000"),
        ("no.such.host.invalid", 8000, "Nothing can be served at no.such.host.invalid:8000"),
    ],
)
def test_an_address_where_nothing_can_be_served_is_told(host: str, port: int, said: str):
    with pytest.raises(CannotStart, match=said):
        require_free(host, port)


def test_a_second_server_of_one_data_folder_is_told_where_the_first_is(tmp_path: Path):
    with (
        only_server_of(tmp_path, at="http://127.0.0.1:8000"),
        pytest.raises(CannotStart, match=r"in use already, by http://127\.0\.0\.1:8000"),
        only_server_of(tmp_path, at="http://127.0.0.1:8001"),
    ):
        pass

    with only_server_of(tmp_path, at="http://127.0.0.1:8001"):
        assert (tmp_path / "served").read_text() == "http://127.0.0.1:8001"
