"""Second factors of the tests: an app that shows codes, recovery codes, and a passkey as a row."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client

from kumppani.accounts.models import Person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_app(person: Person) -> Authenticator:
    """Give her an authenticator app, and the recovery codes that come with it."""
    app = TOTP.activate(person, SECRET).instance
    RecoveryCodes.activate(person)
    return app


def with_passkey(person: Person, name: str = "Telephone") -> Authenticator:
    """Give her a passkey that stands in a list; nothing can be signed with it."""
    RecoveryCodes.activate(person)
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def code_of_app(secret: str = SECRET) -> str:
    """What the app shows now; a code that was used before is taken again, as a later one would be."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def recovery_codes_of(person: Person) -> list[str]:
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    codes: list[str] = row.wrap().generate_codes()
    return codes


def by_mailed_code(client: Client, person: Person, *, to: str = "") -> Any:
    """Sign in with a code sent by e-mail, as far as that leads."""
    asked = f"?next={to}" if to else ""
    client.post(f"/en/sign-in/{asked}", {"email": person.email, "next": to})
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.outbox[-1].subject)
    assert code
    return client.post("/en/sign-in/code/", {"code": code.group(), "action": "verify", "next": to})
