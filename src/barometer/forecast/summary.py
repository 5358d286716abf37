"""The few sentences that a reader of a page needs: of each background, and of each change."""

from __future__ import annotations

from barometer.forecast.model import Change, Forecast, ForecastBackground, ForecastCrossing, Outcome
from barometer.forecast.words import listed, say
from barometer.texts import Text

MOSTLY = 0.5


def sentences(forecast: Forecast, background: ForecastBackground) -> list[Text]:
    """Say which groups are likely, how finely answers can be shown in them, and how many tables come out whole."""
    if not background.groups:
        return [say("head.no_groups")]
    found = [say("head.groups", groups=listed(list(background.groups)))]
    found += _finenesses(background)
    tables = [crossing for crossing in forecast.crossings if crossing.by == background.question]
    if tables:
        found.append(_tables(forecast, tables))
    return found


def _finenesses(background: ForecastBackground) -> list[Text]:
    """Say in how many groups the most answers can be shown, and then fewer, until it is all groups."""
    found: list[Text] = []
    reached = 0
    for each in background.finenesses:
        if each.groups > reached:
            places = {"classes": each.classes, "groups": each.groups, "all": len(background.groups)}
            found.append(say("head.fineness", **places))
        reached = max(reached, each.groups)
    return found or [say("summary.too_fine")] if background.finenesses else []


def _tables(forecast: Forecast, tables: list[ForecastCrossing]) -> Text:
    seen = [table.simulated for table in tables if table.simulated is not None]
    if not seen:
        full = sum(table.full >= MOSTLY for table in tables)
        return say("summary.by_formula", full=full, all=len(tables))
    return say(
        "summary.by_simulation",
        all=len(tables),
        full=sum(each.outcomes[Outcome.FULL] >= MOSTLY for each in seen),
        dropped=sum(each.outcomes[Outcome.DROPPED] >= MOSTLY for each in seen),
        percent=round(100 * sum(each.respondents for each in seen) / len(seen)),
    )


def change_sentence(change: Change) -> Text:
    """Say what to change, and what comes of it."""
    return say(
        "head.change",
        label=change.label,
        before=f"{change.figures_before:.1f}",
        after=f"{change.figures_after:.1f}",
        groups_before=round(change.groups_before),
        groups_after=round(change.groups_after),
        what=say("head.groups_word" if change.kind == "join" else "head.answers_word"),
        tables=change.tables,
        how=say("head.how_simulated" if change.simulated else "head.how_formula"),
    )
