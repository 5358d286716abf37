"""`kumppani`: serve the site or its demonstration, manage it, look after it.

The settings are chosen here, before Django is asked anything: `demo` runs the demonstration, all else the site whose
settings DJANGO_SETTINGS_MODULE names (by default the production site).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from kumppani.settings.data_folder import in_one_line

SITE = "kumppani.settings.base"
DEMONSTRATION = "kumppani.settings.demonstration"


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["manage"]:
        return _manage(words[1:])
    options = parser().parse_args(words)
    settings = DEMONSTRATION if options.command == "demo" else SITE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    if options.command == "demo":
        os.environ.setdefault("KUMPPANI_ADDRESS", f"http://{options.host}:{options.port}")
    try:
        _start_django()
        return int(options.run(options))
    except KeyboardInterrupt:
        _say("\nStopped.")
        return 130
    except Exception as fault:
        said = in_one_line(fault)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kumppani", description="Serve and look after a Kumppani site.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="set up the demonstration programme and serve it on this machine")
    _add_address(demo)
    demo.add_argument(
        "--simulate",
        type=int,
        metavar="N",
        help="answer the open wave with N generated respondents, then stop",
    )
    demo.add_argument("--wave", default="", metavar="CODE", help="which wave to answer, where several are open")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="serve the site")
    _add_address(serve)
    serve.add_argument("--workers", type=int, default=1, help="server processes; more than one needs PostgreSQL")
    serve.set_defaults(run=_serve)

    commands.add_parser("manage", help="run a Django management command: kumppani manage migrate")

    doctor = commands.add_parser("doctor", help="look for what is wrong with this site's set-up")
    doctor.set_defaults(run=_doctor)

    backup = commands.add_parser("backup", help="write everything but sealed answers to one file")
    backup.add_argument("file", type=Path, help="the .tar.gz to write; it must not exist")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="read a backup into an empty site")
    restore.add_argument("file", type=Path)
    restore.set_defaults(run=_restore)
    return parser


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def _start_django() -> None:
    import django

    django.setup()


def _demo(options: argparse.Namespace) -> int:
    from kumppani.website.looking_after import looked_after
    from kumppani.website.setting_up import open_demonstration, prepare, results_made_meanwhile, simulate

    if options.simulate is not None:
        prepare()
        open_demonstration()
        simulate(options.simulate, wave=options.wave)
        return 0
    address = f"http://{options.host}:{options.port}"
    with _alone_at(options.host, options.port):
        prepare()
        open_demonstration()
        _say(f"\n  The demonstration is at {address}")
        _say(f"  Roles and how to sign in: {address}/en/demonstration/")
        _say("  Stop it with Ctrl+C.\n")
        with results_made_meanwhile(), looked_after():
            return _run_server(options.host, options.port, workers=1)


def _serve(options: argparse.Namespace) -> int:
    from kumppani.mailing.sending import MOST_TAKEN_ALONG, send_waiting_letters
    from kumppani.website.looking_after import looked_after
    from kumppani.website.setting_up import is_embedded, prepare

    if options.workers > 1 and is_embedded():
        print("SQLite takes one writing process. Set DATABASE_URL to PostgreSQL for more workers.", file=sys.stderr)
        return 2
    with _alone_at(options.host, options.port):
        prepare()
        send_waiting_letters(most=MOST_TAKEN_ALONG)
        with looked_after():
            return _run_server(options.host, options.port, workers=options.workers)


@contextmanager
def _alone_at(host: str, port: int) -> Iterator[None]:
    """Be the only server of this data folder, at an address that nobody else has taken."""
    from django.conf import settings

    from kumppani.website.setting_up import is_embedded
    from kumppani.website.starting import only_server_of, require_free

    require_free(host, port)
    with only_server_of(Path(settings.DATA), at=f"http://{host}:{port}") if is_embedded() else nullcontext():
        yield


def _run_server(host: str, port: int, *, workers: int) -> int:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "kumppani.website.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    )
    server.serve()
    return 0


def _manage(words: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SITE)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kumppani manage", *words])
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from kumppani.website.doctor import faults

    found = list(faults())
    for line in found:
        print(line)
    print("Nothing found." if not found else f"{len(found)} found.", file=sys.stderr)
    return 1 if found else 0


def _backup(options: argparse.Namespace) -> int:
    from kumppani.website.backup import CannotBackUp, write_backup

    try:
        write_backup(options.file)
    except CannotBackUp as reason:
        print(reason, file=sys.stderr)
        return 2
    _say(f"Written: {options.file}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from django.conf import settings

    from kumppani.website.backup import CannotBackUp, read_backup
    from kumppani.website.starting import only_server_of

    try:
        with only_server_of(Path(settings.DATA), at="kumppani restore"):
            read_backup(options.file)
    except CannotBackUp as reason:
        print(reason, file=sys.stderr)
        return 2
    _say("Restored.")
    return 0


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
