"""The questionnaire as a page to read: every wording, every answer with its code, and who is asked what, in words."""

from __future__ import annotations

from html import escape

from barometer.questionnaire.conditions import And, Compare, Comparison, Expression, IsBlank, Not, Or, Selected
from barometer.questionnaire.model import Kind, Option, OptionKind, Page, Question, Questionnaire, Role, Section
from barometer.report import numbers
from barometer.report.page import standalone
from barometer.report.page.parts import element, row, table, text
from barometer.report.words import Words, words_in
from barometer.texts import Text, direction_of

IN_WORDS = {
    Comparison.EQUAL: "is",
    Comparison.NOT_EQUAL: "is_not",
    Comparison.LESS: "less",
    Comparison.AT_MOST: "at_most",
    Comparison.GREATER: "greater",
    Comparison.AT_LEAST: "at_least",
}


def render_questionnaire(
    questionnaire: Questionnaire, language: str, *, demonstration: bool = False, unsafe: bool = False
) -> str:
    """Write the whole instrument as one accessible HTML file that needs nothing else, labelled as its release."""
    words = words_in(language)
    mark = "[UNSAFE] – " if unsafe else ""
    title = f"{mark}{questionnaire.title.in_(language)} – {words.say('ask.title')}"
    article = element(
        "article",
        _banners(words, demonstration=demonstration, unsafe=unsafe)
        + _head(questionnaire, language)
        + _contents(questionnaire, language)
        + element(
            "div",
            "".join(_section(section, questionnaire, language) for section in questionnaire.sections)
            + _prose("p", questionnaire.closing, language),
            class_="sections",
        ),
        class_="report questionnaire",
        lang=language,
        dir=direction_of(language),
    )
    skip = text("a", words.say("ask.skip"), href="#report", class_="skip")
    body = skip + element("main", article, id="report", tabindex="-1")
    return standalone(
        body, title=title, language=language, direction=direction_of(language), demonstration=demonstration
    )


def _banners(words: Words, *, demonstration: bool, unsafe: bool) -> str:
    return (text("p", words.say("banner.unsafe"), class_="banner unsafe") if unsafe else "") + (
        text("p", words.say("banner.demonstration"), class_="banner") if demonstration else ""
    )


def describe(expression: Expression, questionnaire: Questionnaire, language: str) -> str:
    """Put a condition in words, naming questions and answers by their wordings."""
    words = words_in(language)
    match expression:
        case And(operands) | Or(operands):
            joint = "ask.and" if isinstance(expression, And) else "ask.or"
            parts = [_grouped(operand, questionnaire, language) for operand in operands]
            said = parts[0]
            for part in parts[1:]:
                said = words.say(joint, first=said, last=part)
            return said
        case Not(operand):
            return words.say("ask.not", condition=_grouped(operand, questionnaire, language))
        case IsBlank(item):
            return words.say("ask.blank", item=_item(item, questionnaire, language))
        case Selected(item, code):
            value = _value(item, code, questionnaire, language)
            return words.say("ask.selected", item=_item(item, questionnaire, language), value=value)
        case Compare(item, comparison, constant):
            value = _value(item, constant, questionnaire, language)
            return words.say(f"ask.{IN_WORDS[comparison]}", item=_item(item, questionnaire, language), value=value)


def _grouped(expression: Expression, questionnaire: Questionnaire, language: str) -> str:
    said = describe(expression, questionnaire, language)
    inner = isinstance(expression, And | Or)
    return words_in(language).say("ask.group", condition=said) if inner else said


def _item(item: str, questionnaire: Questionnaire, language: str) -> str:
    """Name a question by its wording, a row of a matrix by both wordings."""
    question = questionnaire.question_of_item(item)
    wording = question.text.in_(language)
    row_label = next((r.label.in_(language) for r in question.rows if f"{question.id}.{r.code}" == item), "")
    named = f"{wording} – {row_label}" if row_label else wording
    return words_in(language).say("quoted", text=named)


def _value(item: str, value: str | float, questionnaire: Questionnaire, language: str) -> str:
    if not isinstance(value, str):
        return numbers.as_published(value, language)
    options = {option.code: option.label.in_(language) for option in questionnaire.question_of_item(item).options}
    if value in options:
        return words_in(language).say("quoted", text=options[value])
    if questionnaire.question_of_item(item).kind is Kind.DATE:
        return numbers.day(value, language)
    return value


def _head(questionnaire: Questionnaire, language: str) -> str:
    words = words_in(language)
    return element(
        "header",
        text("p", words.say("ask.title"), class_="kicker")
        + text("h1", questionnaire.title.in_(language))
        + text("p", words.say("ask.version", version=questionnaire.version), class_="lead")
        + _prose("p", questionnaire.introduction, language)
        + text("p", words.say("ask.codes"), class_="note"),
        class_="head",
    )


def _prose(tag: str, prose: Text, language: str, **attributes: str) -> str:
    """Write prose paragraph by paragraph."""
    paragraphs = prose.in_(language).split("\n\n")
    return "".join(text(tag, " ".join(paragraph.split()), **attributes) for paragraph in paragraphs)


def _contents(questionnaire: Questionnaire, language: str) -> str:
    entries = "".join(
        element("li", element("a", escape(section.title.in_(language)), href=f"#s-{section.id}"))
        for section in questionnaire.sections
    )
    heading = text("h2", words_in(language).say("contents"), id="contents")
    return element("nav", heading + element("ol", entries), class_="contents", aria_labelledby="contents")


def _section(section: Section, questionnaire: Questionnaire, language: str) -> str:
    heading = text("h2", section.title.in_(language), id=f"s-{section.id}")
    condition = _condition("ask.section_if", section.show_if, questionnaire, language)
    pages = "".join(_page(page, questionnaire, language) for page in section.pages)
    return element("section", heading + condition + pages, class_="part", aria_labelledby=f"s-{section.id}")


def _page(page: Page, questionnaire: Questionnaire, language: str) -> str:
    title = page.title.in_(language)
    heading = text("h3", title)
    condition = _condition("ask.page_if", page.show_if, questionnaire, language)
    level = "h4" if title else "h3"
    return heading + condition + "".join(_question(q, level, questionnaire, language) for q in page.questions)


def _condition(key: str, expression: Expression | None, questionnaire: Questionnaire, language: str) -> str:
    if expression is None:
        return ""
    said = words_in(language).say(key, condition=describe(expression, questionnaire, language))
    return text("p", said, class_="condition")


def _question(question: Question, level: str, questionnaire: Questionnaire, language: str) -> str:
    anchor = f"q-{question.id}"
    code = element("code", escape(question.id))
    heading = element(level, f"{escape(question.text.in_(language))} {code}", id=anchor)
    body = heading + _prose("p", question.help, language) + text("p", _instruction(question, language), class_="note")
    body += _condition("ask.if", question.show_if, questionnaire, language)
    if question.rows:
        body += _rows(question, language)
    if question.options:
        body += _options(question, language)
    return element("section", body, class_="question", aria_labelledby=anchor)


def _instruction(question: Question, language: str) -> str:
    """Say how the question is answered and within which limits."""
    words = words_in(language)
    said = [words.say(f"ask.{question.kind.value}")]
    said += [words.say(key, n=_limit(limit, language)) for key, limit in _limits(question) if limit is not None]
    if question.kind is not Kind.INFO:
        said.append(words.say("ask.required" if question.required else "ask.optional"))
    if question.never_raw:
        said.append(words.say("ask.never_raw"))
    if question.role is Role.BACKGROUND:
        said.append(words.say("ask.background"))
    return " ".join(said)


def _limits(question: Question) -> tuple[tuple[str, float | str | None], ...]:
    return (
        ("ask.at_least_choices", question.min_choices),
        ("ask.at_most_choices", question.max_choices),
        ("ask.min", question.minimum),
        ("ask.max", question.maximum),
        ("ask.min", question.earliest),
        ("ask.max", question.latest),
        ("ask.characters", question.max_characters),
    )


def _limit(limit: float | str | None, language: str) -> str:
    if isinstance(limit, str):
        return numbers.day(limit, language)
    return numbers.as_published(float(limit or 0), language)


def _rows(question: Question, language: str) -> str:
    words = words_in(language)
    rows = "".join(
        row(r.label.in_(language), [element("td", element("code", escape(f"{question.id}.{r.code}")))])
        for r in question.rows
    )
    caption = words.say("ask.caption_rows", title=question.text.in_(language))
    head = [words.say("ask.label"), words.say("ask.code")]
    return table(caption, head, [element("tbody", rows)], words=words, class_="answers")


def _options(question: Question, language: str) -> str:
    words = words_in(language)
    scored = any(option.score is not None for option in question.options)
    told_apart = any(not _is_plain(option) for option in question.options)
    head = [words.say("ask.label"), words.say("ask.code")]
    head += [words.say("ask.kind")] if told_apart else []
    head += [words.say("ask.score")] if scored else []
    rows = "".join(_option(option, told_apart, scored, words, language) for option in question.options)
    caption = words.say("ask.caption_answers", title=question.text.in_(language))
    return table(caption, head, [element("tbody", rows)], words=words, class_="prose options")


def _is_plain(option: Option) -> bool:
    """Whether an option is an answer like any other, of which its kind says nothing."""
    return option.kind is OptionKind.SUBSTANTIVE and not (option.exclusive or option.asks_text)


def _option(option: Option, told_apart: bool, scored: bool, words: Words, language: str) -> str:
    kinds = [words.say(f"ask.kind_{option.kind.value}")]
    kinds += [words.say("ask.exclusive")] if option.exclusive else []
    kinds += [words.say("ask.asks_text")] if option.asks_text else []
    cells = [element("td", element("code", escape(option.code)))]
    cells += [element("td", escape("; ".join(kinds)))] if told_apart else []
    if scored:
        score = "" if option.score is None else numbers.as_published(option.score, language)
        cells.append(element("td", escape(score)))
    return row(option.label.in_(language), cells)
