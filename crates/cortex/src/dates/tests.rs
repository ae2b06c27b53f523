use super::*;

const TODAY: Date = date(2026, 11, 22);

fn shown(text: &str) -> String {
    let show = |date: Option<Date>| date.map_or_else(|| "…".to_owned(), |date| date.to_string());
    find(text, TODAY)
        .iter()
        .map(|found| format!("{}..{} [{}]", show(found.from), show(found.to), &text[found.start..found.end]))
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn phrases_are_read_as_people_mean_them() {
    for (text, expected) in [
        ("mails in 2019", "2019-01-01..2020-01-01 [in 2019]"),
        ("photos from May 2019", "2019-05-01..2019-06-01 [from May 2019]"),
        ("photos from May 2019 on", "2019-05-01..… [from May 2019 on]"),
        ("Fotos ab Mai 2019", "2019-05-01..… [ab Mai 2019]"),
        ("on 14 May 2019 I", "2019-05-14..2019-05-15 [on 14 May 2019]"),
        ("May 14th, 2019", "2019-05-14..2019-05-15 [May 14th, 2019]"),
        ("am 3. Mai 2019", "2019-05-03..2019-05-04 [am 3. Mai 2019]"),
        ("2019-05-14", "2019-05-14..2019-05-15 [2019-05-14]"),
        ("am 14.5.2019", "2019-05-14..2019-05-15 [am 14.5.2019]"),
        ("last summer", "2026-06-01..2026-09-01 [last summer]"),
        ("letzten Sommer", "2026-06-01..2026-09-01 [letzten Sommer]"),
        ("in the summer of 2018", "2018-06-01..2018-09-01 [in the summer of 2018]"),
        ("spring 2017", "2017-03-01..2017-06-01 [spring 2017]"),
        ("last Christmas", "2025-12-24..2025-12-27 [last Christmas]"),
        ("the week before Easter 2019", "2019-04-12..2019-04-19 [the week before Easter 2019]"),
        ("three days after Thanksgiving 2021", "2021-11-28..2021-11-29 [three days after Thanksgiving 2021]"),
        ("between 3 May and 10 June 2022", "2022-05-03..2022-06-11 [between 3 May and 10 June 2022]"),
        ("zwischen März und Mai 2020", "2020-03-01..2020-06-01 [zwischen März und Mai 2020]"),
        ("from 2016 to 2018", "2016-01-01..2019-01-01 [from 2016 to 2018]"),
        ("von 2016 bis 2018", "2016-01-01..2019-01-01 [von 2016 bis 2018]"),
        ("since 2019", "2019-01-01..… [since 2019]"),
        ("seit März 2020", "2020-03-01..… [seit März 2020]"),
        ("before June 2015", "…..2015-06-01 [before June 2015]"),
        ("after 2020", "2021-01-01..… [after 2020]"),
        ("From the start of September 2020, what", "2020-09-01..… [From the start of September 2020]"),
        ("from the start of May 2019 on", "2019-05-01..… [from the start of May 2019 on]"),
        ("on which day after the beginning of Sept 2020", "2020-09-01..… [after the beginning of Sept 2020]"),
        ("my swim, today left out", "…..2026-11-22 [today left out]"),
        ("last day at school", ""),
        ("yesterday", "2026-11-21..2026-11-22 [yesterday]"),
        ("last week", "2026-11-09..2026-11-16 [last week]"),
        ("the last three months", "2026-08-22..2026-11-23 [the last three months]"),
        ("in den letzten 3 Monaten", "2026-08-22..2026-11-23 [in den letzten 3 Monaten]"),
        ("two weeks ago", "2026-11-02..2026-11-09 [two weeks ago]"),
        ("vor drei Tagen", "2026-11-19..2026-11-20 [vor drei Tagen]"),
        ("Q3 2022", "2022-07-01..2022-10-01 [Q3 2022]"),
        ("the 90s", "1990-01-01..2000-01-01 [the 90s]"),
        ("early 2020", "2020-01-01..2020-05-02 [early 2020]"),
        ("Ende 2020", "2020-09-01..2021-01-01 [Ende 2020]"),
        ("the first week of January 2021", "2021-01-01..2021-01-08 [the first week of January 2021]"),
        ("im Dezember", "2025-12-01..2026-01-01 [im Dezember]"),
        ("on Tuesday", "2026-11-17..2026-11-18 [on Tuesday]"),
        ("from 12 to 18 September 2019", "2019-09-12..2019-09-19 [from 12 to 18 September 2019]"),
        ("vom 12. bis 18. September 2019", "2019-09-12..2019-09-19 [vom 12. bis 18. September 2019]"),
        ("vom 1. Januar 2020 bis zum 31. Dezember 2020", "2020-01-01..2021-01-01 [vom 1. Januar 2020 bis zum 31. Dezember 2020]"),
        ("between March and May 2020", "2020-03-01..2020-06-01 [between March and May 2020]"),
        ("over the year 2019.", "2019-01-01..2020-01-01 [over the year 2019]"),
        ("at the beginning of June 2022", "2022-06-01..2022-06-11 [the beginning of June 2022]"),
        ("in 06/2021", "2021-06-01..2021-07-01 [in 06/2021]"),
        ("2016–2018", "2016-01-01..2019-01-01 [2016–2018]"),
        ("vor 2018", "…..2018-01-01 [vor 2018]"),
        ("through 2015", "2015-01-01..2016-01-01 [through 2015]"),
        ("through 31 Dec 2023", "…..2024-01-01 [through 31 Dec 2023]"),
        ("prior to June 2015", "…..2015-06-01 [prior to June 2015]"),
        ("bis Mai 2018", "…..2018-06-01 [bis Mai 2018]"),
        ("next week", "2026-11-23..2026-11-30 [next week]"),
        ("nächsten Freitag", "2026-11-27..2026-11-28 [nächsten Freitag]"),
        ("tomorrow", "2026-11-23..2026-11-24 [tomorrow]"),
        ("am Morgen", ""),
        ("the year before last", "2024-01-01..2025-01-01 [the year before last]"),
        ("vorletztes Jahr", "2024-01-01..2025-01-01 [vorletztes Jahr]"),
        ("in the first half of 2020", "2020-01-01..2020-07-01 [in the first half of 2020]"),
        ("im zweiten Quartal 2019", "2019-04-01..2019-07-01 [im zweiten Quartal 2019]"),
        ("New Year's Eve 2019", "2019-12-31..2020-01-01 [New Year's Eve 2019]"),
        ("die Woche vor Ostern 2020", "2020-04-03..2020-04-10 [die Woche vor Ostern 2020]"),
        ("the week before Easter 2020", "2020-04-03..2020-04-10 [the week before Easter 2020]"),
        ("drei Tage vor Weihnachten 2019", "2019-12-21..2019-12-22 [drei Tage vor Weihnachten 2019]"),
        ("Christmas 2019", "2019-12-24..2019-12-27 [Christmas 2019]"),
        ("on Christmas Eve 2019", "2019-12-24..2019-12-25 [on Christmas Eve 2019]"),
        ("Heiligabend 2019", "2019-12-24..2019-12-25 [Heiligabend 2019]"),
        ("spring 2018", "2018-03-01..2018-06-01 [spring 2018]"),
        ("Frühling 2018", "2018-03-01..2018-06-01 [Frühling 2018]"),
        ("mid March 2020", "2020-03-11..2020-03-21 [mid March 2020]"),
        ("Mitte März 2020", "2020-03-11..2020-03-21 [Mitte März 2020]"),
        ("the weekend before last", "2026-11-07..2026-11-09 [the weekend before last]"),
        ("vorletztes Wochenende", "2026-11-07..2026-11-09 [vorletztes Wochenende]"),
        ("the summer before last", "2025-06-01..2025-09-01 [the summer before last]"),
        ("March last year", "2025-03-01..2025-04-01 [March last year]"),
        ("Ostern letztes Jahr", "2025-04-18..2025-04-22 [Ostern letztes Jahr]"),
        ("Good Friday 2024", "2024-03-29..2024-03-30 [Good Friday 2024]"),
        ("Karfreitag 2024", "2024-03-29..2024-03-30 [Karfreitag 2024]"),
        ("Ascension Day 2019", "2019-05-30..2019-05-31 [Ascension Day 2019]"),
        ("Pfingstmontag 2021", "2021-05-24..2021-05-25 [Pfingstmontag 2021]"),
        ("am ersten Advent 2022", "2022-11-27..2022-11-28 [am ersten Advent 2022]"),
        ("winter 2019/20", "2019-12-01..2020-03-01 [winter 2019/20]"),
        ("the second weekend of May 2019", "2019-05-11..2019-05-13 [the second weekend of May 2019]"),
        ("the last Friday of March 2019", "2019-03-29..2019-03-30 [the last Friday of March 2019]"),
        ("the last week of August 2018", "2018-08-25..2018-09-01 [the last week of August 2018]"),
        ("am ersten Montag im Juni 2020", "2020-06-01..2020-06-02 [am ersten Montag im Juni 2020]"),
        ("KW 20 2019", "2019-05-13..2019-05-20 [KW 20 2019]"),
        ("2020-W53", "2020-12-28..2021-01-04 [2020-W53]"),
        ("2019/05/14", "2019-05-14..2019-05-15 [2019/05/14]"),
        ("St Stephen's Day 2020", "2020-12-26..2020-12-27 [St Stephen's Day 2020]"),
        ("on St Patrick's Day 2019", "2019-03-17..2019-03-18 [on St Patrick's Day 2019]"),
        ("after September 2020 began", "2020-09-01..… [after September 2020 began]"),
        ("after 2020 ended", "2021-01-01..… [after 2020 ended]"),
        ("before 2024 began", "…..2024-01-01 [before 2024 began]"),
        ("after the beginning of 2020", "2020-01-01..… [after the beginning of 2020]"),
        ("before the end of 2023", "…..2024-01-01 [before the end of 2023]"),
        ("visits up to the end of 2023", "…..2024-01-01 [up to the end of 2023]"),
        ("up until May 2018", "…..2018-06-01 [up until May 2018]"),
        ("by the end of May 2020", "…..2020-06-01 [by the end of May 2020]"),
        ("bis Ende 2023", "…..2024-01-01 [bis Ende 2023]"),
        ("by bus in 2019", "2019-01-01..2020-01-01 [in 2019]"),
        ("my last day at Westfort", ""),
        ("mein letzter Tag in Bern", ""),
        ("Boxing Day 2025", "2025-12-26..2025-12-27 [Boxing Day 2025]"),
        ("last year", "2025-01-01..2026-01-01 [last year]"),
        ("I may march on", ""),
        ("room 101 at 7", ""),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_never_was_is_no_date() {
    for text in ["the fifth Friday of February 2021", "2019-W53", "week 54 2019", "winter 2019/21"] {
        assert_eq!(exactly(text, TODAY), None, "{text}");
    }
}

#[test]
fn easter_falls_where_it_fell() {
    // The earliest and the latest that there is, and years around them (United States Naval Observatory).
    for (number, month, day) in [
        (1818, 3, 22),
        (1943, 4, 25),
        (1954, 4, 18),
        (1981, 4, 19),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2019, 4, 21),
        (2020, 4, 12),
        (2024, 3, 31),
        (2038, 4, 25),
        (2049, 4, 18),
        (2285, 3, 22),
    ] {
        assert_eq!(easter(number), Some(date(number, month, day)));
    }
}

#[test]
fn nothing_that_people_type_makes_it_panic() {
    for text in
        ["in 9999-99-99", "between and", "the last", "31.2.2019", "vor", "Q9 2020", "1/1/1", "🙂 2019 – 2020", "99 years before 1901"]
    {
        find(text, TODAY);
    }
}
