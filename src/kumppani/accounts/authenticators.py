"""Where allauth.mfa meets us: its words, what it may delete, its QR code as SVG, and its secrets encrypted at rest.

A backup holds the rows and not the site's secret key, so it holds no secret that anybody could sign in with.
"""

from __future__ import annotations

import base64
import secrets
from functools import cache

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person
from kumppani.accounts.second_factor import may_remove

QUIET_ZONE = 4
"""Modules of white around a QR code, as ISO/IEC 18004 wants them: a camera finds it on a dark page too."""


class Authenticators(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This was not accepted. Check the code, or try the passkey again."),
        "cannot_generate_recovery_codes": gettext_lazy("Add a passkey or an authenticator app first."),
    }

    def get_totp_issuer(self) -> str:
        return f"Kumppani – {settings.PROGRAMME_NAME}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        earlier = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)d") % {"number": earlier + 1}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return bool(may_remove(authenticator.user, authenticator, on=timezone.localdate()))

    def build_totp_svg(self, url: str) -> str:
        return qr_code(url)

    def encrypt(self, text: str) -> str:
        return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Give the secret; where the site's key is another, a random one, which no code fits."""
        try:
            return _cipher(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()


def qr_code(text: str) -> str:
    """Draw a QR code as SVG for a page that allows no inline style; dark on white whatever the page's colours."""
    import qrcode  # only this page needs it, and it brings a picture library in where there is one

    code = qrcode.QRCode(border=QUIET_ZONE)
    code.add_data(text)
    matrix = code.get_matrix()
    dark = "".join(f"M{x},{y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark)
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"'
        f' aria-hidden="true" focusable="false"><path fill="#fff" d="M0,0h{size}v{size}h-{size}z"/>'
        f'<path fill="#000" d="{dark}"/></svg>'
    )


@cache
def _cipher(secret_key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"kumppani second factor").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
