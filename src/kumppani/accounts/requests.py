"""The request of somebody who has signed in."""

from __future__ import annotations

from django.http import HttpRequest

from kumppani.accounts.models import Person


class PersonsRequest(HttpRequest):
    """What a view behind `login_required` is given: there is a person, and nobody is anonymous."""

    user: Person
