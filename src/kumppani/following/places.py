"""Regions and the areas that join them, and the kinds themselves, as things to choose by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kumppani.following.choosing import AREA, numbers_of_areas
from kumppani.following.kinds import KINDS, REGIONS, Facet, kinds, register_facet
from kumppani.regions.models import Area, Region
from kumppani.regions.queries import areas_to_choose


def register() -> None:
    register_facet(Facet(KINDS, _("What"), _kinds, _names_of_kinds))
    register_facet(Facet(REGIONS, _("Where"), _places, _names_of_places))


def _kinds() -> list[tuple[str, str]]:
    return [(kind.name, str(kind.label)) for kind in kinds()]


def _names_of_kinds(codes: Iterable[str]) -> Mapping[str, str]:
    wanted = set(codes)
    return {kind.name: str(kind.label) for kind in kinds() if kind.name in wanted}


def _places() -> list[tuple[str, str]]:
    """The regions, and the areas in force today. An area that was followed before its end stays followed."""
    leaves = [(region.pk, str(region)) for region in Region.objects.all()]
    return leaves + [(f"{AREA}{area.pk}", str(area)) for area in areas_to_choose(timezone.localdate())]


def _names_of_places(codes: Iterable[str]) -> Mapping[str, str]:
    wanted = list(codes)
    areas = {f"{AREA}{area.pk}": str(area) for area in Area.objects.filter(pk__in=numbers_of_areas(wanted))}
    regions = {region.pk: str(region) for region in Region.objects.filter(pk__in=wanted)}
    return {**regions, **areas}
