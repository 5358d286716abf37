"""A forecast as plain values, following `schemas/forecast.schema.json`."""

from __future__ import annotations

from typing import Any

from barometer.forecast.model import Change, Forecast, ForecastAnswer, ForecastBackground, ForecastCrossing, Simulated

DECIMALS = 4


def as_plain(forecast: Forecast) -> dict[str, Any]:
    return {
        "schema": "kumppani/forecast/1",
        "questionnaire": forecast.questionnaire,
        "respondents": forecast.respondents,
        "k": forecast.k,
        "m": forecast.m,
        "seed": forecast.seed,
        "waves": forecast.waves,
        "waves_wanted": forecast.waves_wanted,
        "backgrounds": [_background(background) for background in forecast.backgrounds],
        "crossings": [_crossing(crossing) for crossing in forecast.crossings],
        "changes": [_change(change) for change in forecast.changes],
        "notes": [note.as_dict() for note in forecast.notes],
    }


def _background(background: ForecastBackground) -> dict[str, Any]:
    return {
        "question": background.question,
        "label": background.label.as_dict(),
        "source": background.source.value,
        "answers": [_answer(answer) for answer in background.answers],
        "groups": [group.as_dict() for group in background.groups],
        "dropped": _round(background.dropped),
        "answer_classes": [{"classes": each.classes, "groups": each.groups} for each in background.finenesses],
    }


def _answer(answer: ForecastAnswer) -> dict[str, Any]:
    return {
        "code": answer.code,
        "label": answer.label.as_dict(),
        "share": _round(answer.share),
        "expected": _round(answer.expected),
        "reaches": _round(answer.reaches),
        "alone": _round(answer.alone),
        "joined_to": answer.joined_to.as_dict(),
        "alone_from": answer.alone_from,
    }


def _crossing(crossing: ForecastCrossing) -> dict[str, Any]:
    return {
        "item": crossing.item,
        "by": crossing.by,
        "title": crossing.title.as_dict(),
        "full": _round(crossing.full),
        "small_cells": _round(crossing.small_cells),
        "needed": crossing.needed,
        "reason": crossing.reason.value,
        "why": crossing.why.as_dict(),
        "simulated": None if crossing.simulated is None else _simulated(crossing.simulated),
    }


def _simulated(simulated: Simulated) -> dict[str, Any]:
    outcomes = {outcome.value: _round(share) for outcome, share in simulated.outcomes.items()}
    means = {name: _round(getattr(simulated, name)) for name in ("respondents", "cells", "figures", "answers")}
    return {**outcomes, **means}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "what": change.what,
        "by": change.by,
        "label": change.label.as_dict(),
        "figures_before": _round(change.figures_before),
        "figures_after": _round(change.figures_after),
        "groups_before": _round(change.groups_before),
        "groups_after": _round(change.groups_after),
        "tables": change.tables,
        "simulated": change.simulated,
    }


def _round(value: float) -> float:
    return round(value, DECIMALS)
