"""Swedish as written in Finland: the day before the month, as in Finnish, where Sweden begins with the year."""

SHORT_DATE_FORMAT = "j.n.Y"
SHORT_DATETIME_FORMAT = "j.n.Y H.i"
