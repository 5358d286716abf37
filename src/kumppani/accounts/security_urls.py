"""The second step of signing in, and a person's own page of how she signs in.

Of allauth.mfa's pages only these are reachable; the names are the ones it looks up.
"""

from __future__ import annotations

from allauth.mfa.recovery_codes.views import view_recovery_codes
from django.urls import path
from django.views.decorators.cache import never_cache

from kumppani.accounts import security_views as views

urlpatterns = [
    path("sign-in/second-factor/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", views.SignInByPasskey.as_view(), name="mfa_login_webauthn"),
    path("account/security/", views.SigningIn.as_view(), name="mfa_index"),
    path("account/security/confirm/", views.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path("account/security/confirm/passkey/", views.ConfirmByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/security/passkeys/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/security/passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("account/security/app/", never_cache(views.AddApp.as_view()), name="mfa_activate_totp"),
    path("account/security/app/remove/", views.remove_app, name="mfa_deactivate_totp"),
    path("account/security/recovery-codes/", never_cache(view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/security/recovery-codes/new/", views.MakeCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("account/security/recovery-codes/file/", views.DownloadCodes.as_view(), name="mfa_download_recovery_codes"),
    path("people/<int:pk>/second-factor/", views.second_factor_of, name="second-factor-of"),
]
