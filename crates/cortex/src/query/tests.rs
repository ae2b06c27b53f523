use domain::{Kind, Near, Point};
use jiff::civil::date;

use super::*;
use crate::plan::Within;

const TODAY: Date = date(2026, 11, 22);

/// A vault that knows two people, one label, Lisbon and a café.
struct Village;

impl Names for Village {
    fn has_person(&self, name: &str) -> Result<bool> {
        Ok(["anna", "anna meier", "jonas"].contains(&name.to_lowercase().as_str()))
    }

    fn knows_owner(&self) -> Result<bool> {
        Ok(true)
    }

    fn has_label(&self, name: &str) -> Result<bool> {
        Ok(name == "Trips")
    }

    fn ground(&self, name: &str) -> Result<Option<Spot>> {
        let near = Near { point: Point::from_degrees(38.72, -9.14).unwrap(), metres: 12_000.0 };
        Ok((name == "Lisbon").then(|| Spot { name: name.to_owned(), within: Within::Near(near) }))
    }

    fn has_place(&self, name: &str) -> Result<bool> {
        Ok(name == "Café Luna")
    }

    fn sources(&self) -> Result<Vec<String>> {
        Ok(["google.mail", "google.youtube.music", "spotify"].map(str::to_owned).to_vec())
    }

    fn like(&self, what: Named, _: &str) -> Result<Vec<String>> {
        Ok(if what == Named::Person { vec!["Anna Meier".to_owned()] } else { Vec::new() })
    }
}

fn try_read(query: &str) -> Result<Read> {
    read(&Filter { text: query.to_owned(), ..Filter::default() }, TODAY, &TimeZone::UTC, &Village)
}

/// The filter as JSON, which leaves out what does not narrow.
fn meant(query: &str) -> serde_json::Value {
    let mut filter = serde_json::to_value(try_read(query).unwrap().filter).unwrap();
    fn days(value: &mut serde_json::Value) {
        if let Some(fields) = value.as_object_mut() {
            for (name, field) in fields {
                match (name.as_str(), field.as_i64()) {
                    ("from" | "to", Some(ms)) => *field = jiff::Timestamp::from_millisecond(ms).unwrap().strftime("%F").to_string().into(),
                    _ => days(field),
                }
            }
        } else if let Some(list) = value.as_array_mut() {
            list.iter_mut().for_each(days);
        }
    }
    days(&mut filter);
    filter
}

#[test]
fn operators_narrow_and_words_stay_words() {
    for (query, filter) in [
        ("tram kind:photo 28", "{'text':'tram 28','kinds':['photo']}"),
        ("kind:mails,Fotos", "{'kinds':['mail','photo']}"),
        ("kind:mail kind:photo", "{'kinds':['mail','photo']}"),
        ("source:google.mail source:music", "{'sources':['google.mail','google.youtube.music']}"),
        ("from:anna to:me", "{'senders':['anna'],'recipients':['me']}"),
        ("From:\"Anna Meier\" bread", "{'text':'bread','senders':['Anna Meier']}"),
        ("with:anna person:jonas", "{'people':['anna','jonas']}"),
        ("label:Trips has:links has:place", "{'labels':['Trips'],'has':['link','place']}"),
        ("on:2019-05-14", "{'from':'2019-05-14','to':'2019-05-15'}"),
        ("on:\"last summer\"", "{'from':'2026-06-01','to':'2026-09-01'}"),
        ("in:last_month", "{'from':'2026-10-01','to':'2026-11-01'}"),
        ("after:2018 before:2021", "{'from':'2019-01-01','to':'2021-01-01'}"),
        ("since:2018 until:2019", "{'from':'2018-01-01','to':'2020-01-01'}"),
        ("from:2018 to:2019-03", "{'from':'2018-01-01','to':'2019-04-01'}"),
        ("near:38.72,-9.14,500", "{'near':{'point':{'lat':387200000,'lon':-91400000},'metres':500.0}}"),
        ("at:Lisbon", "{'near':{'point':{'lat':387200000,'lon':-91400000},'metres':12000.0}}"),
        ("at:\"Café Luna\"", "{'places':['Café Luna']}"),
        ("boat -kind:mail", "{'text':'boat','none_of':[{'kinds':['mail']}]}"),
        ("NOT (from:anna bread) boat", "{'text':'boat','none_of':[{'text':'bread','senders':['anna']}]}"),
        ("(kind:mail OR kind:photo) -ship „red sail“", "{'text':'-ship „red sail“','kinds':['mail','photo']}"),
        ("boat OR from:anna", "{'any_of':[{'text':'boat'},{'senders':['anna']}]}"),
        ("(boat OR ship) (from:anna OR with:jonas)", "{'text':'(boat OR ship)','any_of':[{'senders':['anna']},{'people':['jonas']}]}"),
        ("lis* AND (kind:mail -(a b))", "{'text':'lis* -(a b)','kinds':['mail']}"),
    ] {
        assert_eq!(meant(query), serde_json::from_str::<serde_json::Value>(&filter.replace('\'', "\"")).unwrap(), "{query}");
    }
    for query in ["12:30 https://example.org/from:x Re: hello at://x kind: \"from:anna\"", "From: Anna", "a  (b", "colour:red"] {
        assert_eq!(meant(query), serde_json::json!({ "text": query }));
    }
}

#[test]
fn what_cannot_be_read_is_an_error_at_its_characters() {
    for (query, marked, hint) in [
        ("größe kind:mial", "mial", "kind:mail"),
        ("has:wings", "wings", "attachment"),
        ("on:someday boat", "someday", "last summer"),
        ("on:2018 on:2020", "2020", "on:2018 OR on:2020"),
        ("ü near:Lisbon", "Lisbon", "at:Lisbon"),
        ("near:95,2,10", "95,2,10", "near:38"),
        ("a from:(anna OR jonas)", "from:(", "from:… OR from:…"),
    ] {
        let failure = try_read(query).unwrap_err();
        let at = failure.at.unwrap();
        let characters: String = query.chars().skip(at.start).take(at.end - at.start).collect();
        assert_eq!((characters.as_str(), at.text.as_str()), (marked, query));
        assert!(failure.hint.contains(hint), "{query}: {}", failure.hint);
    }
}

#[test]
fn a_name_that_nobody_goes_by_finds_nothing_and_is_told_with_whom_it_is_like() {
    let read = try_read("ä from:ana at:Atlantis source:maill").unwrap();
    assert_eq!((read.filter.senders.as_slice(), read.filter.none_of.len()), (&["ana".to_owned()][..], 1));
    assert!(!Filter::nothing().is_empty());
    let told: Vec<_> = read.told.iter().map(|told| (told.at.start, told.at.end, told.suggestions.as_slice())).collect();
    assert_eq!(told[0], (7, 10, &["Anna Meier".to_owned()][..]));
    assert_eq!((told[1].0, told[1].1), (14, 22));
    assert_eq!(told[2].2, ["google.mail"]);
}

#[test]
fn explicit_filters_and_the_query_narrow_each_other() {
    let base =
        Filter { text: "kind:photo on:2019 boat".to_owned(), kinds: vec![Kind::Mail], to: Some(1_560_000_000_000), ..Filter::default() };
    let filter = read(&base, TODAY, &TimeZone::UTC, &Village).unwrap().filter;
    let photos = Filter { kinds: vec![Kind::Photo], ..Filter::default() };
    assert_eq!((filter.text.as_str(), filter.kinds, filter.all_of), ("boat", vec![Kind::Mail], vec![photos]));
    assert_eq!((filter.from, filter.to), (Some(1_546_300_800_000), Some(1_560_000_000_000)));
}
