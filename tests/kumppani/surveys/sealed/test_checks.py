"""What the doctor says of the cluster that keeps the sealed answers."""

import pytest
from django.db import connections

from kumppani.surveys.sealed.checks import cluster_keeps_no_times

pytestmark = pytest.mark.django_db(databases=["default", "answers"])


def test_a_log_that_would_keep_an_answers_moment_is_told():
    told = [fault.id for fault in cluster_keeps_no_times(databases=["answers"])]
    assert not {"sealed.W005", "sealed.W006"} & set(told)
    if connections["answers"].vendor != "postgresql":
        return

    with connections["answers"].cursor() as cursor:
        cursor.execute("SET LOCAL log_min_duration_statement = 200")
        cursor.execute("SET LOCAL log_duration = on")

    more = {fault.id for fault in cluster_keeps_no_times(databases=["answers"])}
    assert more - set(told) == {"sealed.W005", "sealed.W006"}


def test_other_databases_are_not_asked():
    assert cluster_keeps_no_times(databases=["default"]) == []
