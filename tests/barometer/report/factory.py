"""A small published wave, as a reader would draw it: a scale, a matrix, a multiple choice, a background, and losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from barometer.estimation import estimate
from barometer.published import (
    TOTAL,
    Base,
    Category,
    Cell,
    Certificate,
    CitedFigure,
    CitedTables,
    Group,
    Loss,
    Mean,
    Measure,
    Part,
    PublishedTables,
    Status,
    Table,
    TableAudit,
    Wave,
)
from barometer.texts import Text

NO_TEXT = Text()


def words(en: str, fi: str = "", sv: str = "") -> Text:
    return Text.of({"fi": fi or f"{en} (fi)", "sv": sv or f"{en} (sv)", "en": en})


def answer(code: str, label: Text | str, score: float | None = None, members: tuple[str, ...] = ()) -> Category:
    return Category(code, label if isinstance(label, Text) else words(label), Part.ANSWER, members or (code,), score)


def state(part: Part) -> Category:
    return Category(part.value, Text(), part)


def net(code: str, label: Text | str, members: tuple[str, ...]) -> Category:
    return Category(code, label if isinstance(label, Text) else words(label), Part.NET, members)


ANSWERED_BASE = words(
    "All who answered the question, also “cannot say”.",
    "Kaikki, jotka vastasivat kysymykseen, myös ”en osaa sanoa”.",
    "Alla som svarade på frågan, också ”kan inte säga”.",
)
USEFUL = net(
    "useful",
    words("very or fairly useful", "erittäin tai melko hyödyllinen", "mycket eller ganska nyttig"),
    ("very", "fairly"),
)
USE = (
    answer("very", words("very useful", "erittäin hyödyllinen", "mycket nyttig"), 4),
    answer("fairly", words("fairly useful", "melko hyödyllinen", "ganska nyttig"), 3),
    answer("little", words("a little useful", "vain vähän hyödyllinen", "bara lite nyttig"), 2),
    answer("none", words("not useful", "ei lainkaan hyödyllinen", "inte alls nyttig"), 1),
    Category("cannot_say", words("cannot say", "en osaa sanoa", "kan inte säga"), Part.CANNOT_SAY),
    state(Part.SKIPPED),
    state(Part.NOT_SHOWN),
    USEFUL,
)
BENEFIT_TITLE = words(
    "Has the programme been of benefit to your work?",
    "Onko kumppanuusohjelmasta ollut hyötyä työllesi?",
    "Har du haft nytta av partnerskapsprogrammet i ditt arbete?",
)


def cells_of(counts: Mapping[str, Sequence[int | None]], groups: Sequence[str]) -> tuple[Cell, ...]:
    """Make the cells from a drawing: a category a line, a group a column, None for withheld."""
    return tuple(
        Cell(category, group, Status.CONFIDENTIAL if count is None else Status.SHOWN, count)
        for category, row in counts.items()
        for group, count in zip(groups, row, strict=True)
    )


def table(
    item: str,
    title: Text,
    categories: Sequence[Category],
    counts: Mapping[str, Sequence[int | None]],
    *,
    base: Sequence[int | None],
    row: Text = NO_TEXT,
    by: str | None = None,
    by_title: Text = NO_TEXT,
    groups: Sequence[Group] = (),
    kind: str = "partition",
    means: tuple[Mean, ...] = (),
    notes: tuple[Text, ...] = (),
) -> Table:
    """Make a table of all respondents, or of the groups given; ``base`` by group."""
    columns = groups or [Group(TOTAL, words("All"), 375)]
    based = tuple(
        Group(group.code, group.label, group.respondents, group.members, n)
        for group, n in zip(columns, base, strict=True)
    )
    inside = (Part.ANSWER, Part.CANNOT_SAY, Part.REFUSE, Part.NO_VIEW, Part.ANSWERED)
    return Table(
        item=item,
        by=by,
        title=title,
        row_title=row,
        by_title=by_title,
        kind=kind,
        base=Base("answered", ANSWERED_BASE, tuple(c.code for c in categories if c.part in inside)),
        categories=tuple(categories),
        groups=based,
        cells=cells_of(counts, [group.code for group in based]),
        means=means,
        notes=notes,
    )


def use_counts(*rows: Sequence[int | None]) -> dict[str, Sequence[int | None]]:
    return dict(
        zip(("very", "fairly", "little", "none", "cannot_say", "skipped", "not_shown", "useful"), rows, strict=True)
    )


BENEFIT = table("benefit", BENEFIT_TITLE, USE, use_counts([80], [100], [70], [30], [20], [10], [65], [180]), base=[300])
USE_TITLE = words(
    "How useful have the national activities been?",
    "Kuinka hyödyllistä valtakunnallinen toiminta on ollut?",
    "Hur nyttig har den riksomfattande verksamheten varit?",
)
TRAINING = table(
    "use_nat.training",
    USE_TITLE,
    USE,
    use_counts([88], [80], [40], [12], [20], [0], [135], [168]),
    base=[240],
    row=words("training", "koulutukset", "utbildningar"),
)
NEWSLETTER = table(
    "use_nat.newsletter",
    USE_TITLE,
    USE,
    use_counts([63], [100], [47], [None], [None], [0], [135], [163]),
    base=[240],
    row=words("newsletter", "uutiskirje", "nyhetsbrev"),
)
DID = table(
    "did",
    words("How have you taken part?", "Miten olet osallistunut?", "Hur har du deltagit?"),
    (
        Category("answered", Text(), Part.ANSWERED),
        state(Part.SKIPPED),
        state(Part.NOT_SHOWN),
        Category("training", words("training", "koulutukset", "utbildningar"), Part.TICKED, ("training",)),
        Category("newsletter", words("newsletter", "uutiskirje", "nyhetsbrev"), Part.TICKED, ("newsletter",)),
        Category("other", words("=1+1 & <5 “other”", "=1+1 & <5 ”muu”", "=1+1 & <5 ”annat”"), Part.TICKED, ("other",)),
    ),
    {"answered": [300], "skipped": [0], "not_shown": [75], "training": [147], "newsletter": [186], "other": [None]},
    base=[300],
    kind="multiple",
)
GRADE = table(
    "grade",
    words(
        "What grade do you give to cooperation?",
        "Minkä arvosanan annat yhteistyölle?",
        "Vilket betyg ger du samarbetet?",
    ),
    tuple(answer(str(grade), words(str(grade)), grade) for grade in range(1, 11)),
    {str(grade): [count] for grade, count in zip(range(1, 11), (5, 8, 10, 20, 40, 60, 90, 80, 40, 22), strict=True)},
    base=[375],
    means=(Mean(TOTAL, Status.SHOWN, 6.8, 1, 375),),
)
TYPES = (
    Group("public", words("public sector", "julkinen sektori", "offentlig sektor"), 200, ("municipality", "state")),
    Group("ngo", words("NGOs", "järjestöt", "organisationer"), 130, ("ngo",)),
    Group("other", words("others", "muut", "övriga"), 45, ("company", "other")),
)
TYPE_TITLE = words("Which kind of organisation?", "Millaista organisaatiota edustat?", "Vilken typ av organisation?")
TYPE = table(
    "org_type",
    TYPE_TITLE,
    tuple(answer(group.code, group.label) for group in TYPES),
    {"public": [200], "ngo": [130], "other": [45]},
    base=[375],
)
COLLAPSED = (
    answer(
        "useful",
        words("very or fairly useful", "erittäin tai melko hyödyllinen", "mycket eller ganska nyttig"),
        members=("very", "fairly"),
    ),
    answer("rest", words("other answers", "muut vastaukset", "övriga svar"), members=("little", "none")),
    Category("cannot_say", words("cannot say", "en osaa sanoa", "kan inte säga"), Part.CANNOT_SAY),
    state(Part.SKIPPED),
    state(Part.NOT_SHOWN),
)
BENEFIT_BY_TYPE = table(
    "benefit",
    BENEFIT_TITLE,
    COLLAPSED,
    {
        "useful": [100, 62, 18],
        "rest": [55, 30, 15],
        "cannot_say": [10, None, None],
        "skipped": [5, None, None],
        "not_shown": [30, 26, 9],
    },
    base=[165, None, None],
    by="org_type",
    by_title=TYPE_TITLE,
    groups=TYPES,
)

METHODS = (
    *("strategy", "sponsor", "instrument", "population", "recruitment", "modes"),
    *("dates", "sample_sizes", "weighting", "processing", "limitations"),
)
WAVE = Wave(
    id="kb2022",
    title=words("Partnership Barometer 2022", "Kumppanuusbarometri 2022", "Partnerskapsbarometern 2022"),
    questionnaire="kb2022",
    questionnaire_version="1",
    questionnaire_digest="0123abcd",
    languages=("fi", "sv", "en"),
    respondents=375,
    opened="2022-11-04",
    closed="2023-02-24",
    demonstration=True,
    label=words("Invented answers", "Keksittyjä vastauksia", "Påhittade svar"),
    methods={item: words(f"About {item}.") for item in METHODS},
)
LOSS = Loss(
    "benefit/org_type",
    "merged",
    words(
        "Groups under 20 respondents were joined.",
        "Alle 20 vastaajan ryhmät yhdistettiin.",
        "Grupper under 20 svarande slogs ihop.",
    ),
)
TABLES = estimate(
    PublishedTables(
        wave=WAVE,
        policy={"k": 5, "m": 20},
        tables=(TYPE, GRADE, DID, TRAINING, NEWSLETTER, BENEFIT, BENEFIT_BY_TYPE),
        losses=(LOSS,),
    )
)
CERTIFICATE = Certificate(
    release="f" * 64,
    policy_digest="a" * 64,
    software="barometer 0.1.0",
    attacker="A1",
    k=5,
    m=20,
    respondents=375,
    audits=(TableAudit("benefit", "open", 0, None), TableAudit("benefit/org_type", "lp", 6, 7)),
    blocks=(("benefit", "benefit/org_type"),),
    not_modelled=("an attacker who reruns the withholding",),
    rules=("threshold", "margins"),
    measures=(Measure("A1", "deniability", 22_500, 22_455, "rate"),),
)
CITED = CitedTables(
    words("Published figures", "Julkaistut luvut", "Publicerade siffror"),
    words(
        "Published by others in 2021 and 2023.", "Muut julkaisivat 2021 ja 2023.", "Publicerade av andra 2021 och 2023."
    ),
    (
        CitedFigure(
            "kb2022.benefit",
            "kb2022",
            "share",
            "benefit",
            words("benefit to own work"),
            60,
            60,
            "percent",
            "European Website on Integration",
        ),
        CitedFigure(
            "kb2022.useful",
            "kb2022",
            "share",
            None,
            words("useful nationally"),
            68,
            70,
            "percent",
            "European Website on Integration",
        ),
        CitedFigure(
            "kb2020.grade", "kb2020", "mean", None, words("grade, municipal"), 6.8, 6.8, "grade", "kotoutuminen.fi"
        ),
        CitedFigure(
            "kb2020.responses",
            "kb2020",
            "count",
            None,
            words("answers"),
            800,
            800,
            "responses",
            "kotoutuminen.fi",
            "almost 800",
        ),
    ),
)
