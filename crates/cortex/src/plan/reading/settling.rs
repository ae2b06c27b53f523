//! Makes what was found in the words agree, and says what no plan can hold.

use domain::{Filter, Kind, Result};

use super::super::only::Only;
use super::super::people::Writing;
use super::super::pieces::Piece;
use super::super::words::{self, Asked, Measure, Speaks};
use super::super::{Division, Part, Plan, Side, Statistic, say, sides};
use super::kinds::speaks_of_all;
use super::{Reading, words_of};

impl Reading<'_> {
    /// The plan that the words come to.
    pub(super) fn settle(mut self) -> Result<Plan> {
        self.settle_outing();
        self.settle_listening()?;
        self.settle_what_is_asked();
        // "When was my highest step count": the day that has it.
        let of_days = self.measure.filter(|measure| *measure == Measure::Steps && self.said.is_extreme());
        settle(&mut self.asked, &mut self.measure, &mut self.filter, self.named_someone, self.bound.is_some(), &mut self.beyond);
        if let Some(measure) = of_days.filter(|_| self.measure.is_none()) {
            self.measure = Some(measure);
            if self.filter.kinds.is_empty() {
                self.filter.kinds = measure.kinds().to_vec();
            }
        }
        self.settle_kinds();
        self.settle_abroad();
        let statistic = self.settle_statistic();
        self.settle_unknown();
        self.settle_part()?;
        self.settle_others();
        let presumed = self.settle_presumed()?;
        let sides = self.settle_sides()?;
        let asked = self.asked.unwrap_or(Asked::Find);
        let asked = if matches!(statistic, Statistic::Greatest | Statistic::Least) { settled_extreme(asked) } else { asked };
        let is_divided = self.by.is_some() || !sides.is_empty();
        if !is_divided {
            self.settle_division(asked);
        }
        let distinct = self.settle_distinct(asked);
        let open = self.settle_open();
        self.settle_only(asked, statistic);
        // Of times that are added, the days between them are none.
        if (self.bound.is_some() && (is_divided || self.rate.is_some())) || (self.added && self.rate.is_some()) {
            self.beyond.push(self.question.trim().to_owned());
        }
        self.settle_words(asked, statistic, is_divided);
        let is_read = !is_computed(asked) && self.filter.kinds.is_empty() && !self.filter.text.is_empty();
        if !is_read {
            self.beyond.append(&mut self.turned);
        }
        let of_one = asked == Asked::Sum && statistic == Statistic::Total && !is_divided && self.rate.is_none();
        if let Some(single) = self.single.filter(|_| !of_one && is_computed(asked)) {
            self.beyond.push(single.name().to_owned());
        }
        let measure = self.measure.unwrap_or(Measure::Count);
        let as_words = self.as_words();
        self.settle_day();
        self.filter.text = telling(&self.filter.text, &self.filter.kinds, measure, self.by);
        self.settle_journey();
        let mut plan = Plan {
            asked,
            measure,
            statistic,
            rate: self.rate,
            by: self.by,
            bound: self.bound,
            only: self.only,
            distinct,
            open,
            of_people: self.asks_who,
            currency: self.currency,
            as_words,
            abroad: self.abroad,
            single: self.single.filter(|_| of_one),
            filter: self.filter,
            sides,
            presumed,
            part: match self.writing {
                Writing::Nobody => None,
                Writing::ToMe => Some(Part::Sender),
                Writing::ByMe => Some(Part::Recipient),
            },
            people_said: self.people_said,
            place_said: self.place_said,
            place: self.place,
            unknown: self.unknown,
            absent: self.absent,
            beyond: self.beyond,
            polar: self.polar || (self.whether && self.presence),
            spelling: self.spelling,
            language: self.language,
            zone: self.zone.clone(),
            of_age: self.attribute == Some("Age"),
            of_birthday: self.attribute == Some("Birthday"),
            steps: Vec::new(),
            understood: String::new(),
        };
        plan.understood = say::understood(&plan, self.today);
        Ok(plan)
    }

    /// The words to look for with those that were taken for a kind, in order; `None` without any such, or where there is nothing
    /// but them.
    fn as_words(&self) -> Option<String> {
        let looked_for = |piece: &Piece| self.text.iter().any(|text| text.split(' ').any(|word| word.trim_matches('"') == piece.text));
        let told = self.pieces.iter().zip(&self.of_kind).filter(|(piece, of_kind)| **of_kind || looked_for(piece));
        let words: Vec<(bool, &str)> = told.map(|(piece, of_kind)| (*of_kind, piece.text.as_str())).collect();
        let both = words.iter().any(|(of_kind, _)| *of_kind) && words.iter().any(|(of_kind, _)| !of_kind);
        both.then(|| words.into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" "))
    }

    /// "Photos from the Lisbon holiday": beside a place, it says no more than that one was there.
    fn settle_journey(&mut self) {
        const THERE: &[Kind] = &[Kind::Photo, Kind::Video, Kind::Visit, Kind::Trip];
        let kinds = &self.filter.kinds;
        if is_placed(&self.filter) && !kinds.is_empty() && kinds.iter().all(|kind| THERE.contains(kind)) {
            let told = self.filter.text.split(' ').filter(|word| !words::is_journey(&word.to_lowercase()));
            self.filter.text = told.collect::<Vec<_>>().join(" ");
        }
    }

    /// What is written by day has the day that it names, whatever the clocks were where it was spent.
    fn settle_day(&mut self) {
        if let Some((from, to)) = self.day.filter(|_| self.filter.kinds == [Kind::Measure]) {
            (self.filter.from, self.filter.to) = (Some(from), Some(to));
        }
    }

    /// "Our last trip to the old mill": no record of a journey names what it went to, and a visit does.
    fn settle_outing(&mut self) {
        let went_to = self.pieces.windows(2).any(|pair| words::is_journey(&pair[0].lower) && pair[1].lower == "to");
        let is_end = matches!(self.asked, Some(Asked::First | Asked::Last));
        if went_to && is_end && self.filter.kinds == [Kind::Trip] && self.activity.is_none() && !self.filter.text.is_empty() {
            self.filter.kinds = vec![Kind::Visit, Kind::Event];
        }
    }

    /// Hours of an artist are listened to, and so is whom one "put on".
    fn settle_listening(&mut self) -> Result<()> {
        let put = self.has_word(&["put", "puts"]) && self.has_word(&["on"]);
        let lasts = self.measure == Some(Measure::Duration) && self.activity.is_none() && !self.presence;
        let counted = put && self.measure.is_none() && matches!(self.asked, Some(Asked::Count | Asked::First | Asked::Last));
        if !self.filter.kinds.is_empty() || !(lasts || counted) || is_placed(&self.filter) {
            return Ok(());
        }
        let is_playing = |word: &str| matches!(word, "put" | "puts" | "on" | "play" | "plays" | "played" | "playing");
        let artist: Vec<&str> = self.filter.text.split(' ').filter(|word| !is_playing(&word.to_lowercase())).collect();
        let artist = artist.join(" ");
        if !artist.is_empty() && self.world.performs(&artist)? {
            self.filter.text = artist;
            self.filter.kinds = vec![Kind::Listen];
            if lasts {
                self.asked = Some(Asked::Sum);
            }
        }
        Ok(())
    }

    fn settle_what_is_asked(&mut self) {
        // "How long does the cake need": what lasts, or is far, is something that stands somewhere.
        if matches!(self.measure, Some(Measure::Duration | Measure::Distance))
            && self.asked.is_none()
            && self.activity.is_none()
            && !self.presence
            && self.filter.kinds.is_empty()
            && !self.filter.text.is_empty()
        {
            (self.asked, self.measure) = (Some(Asked::Find), None);
        }
        if self.presence && self.measure.is_none() && matches!(self.asked, None | Some(Asked::Find)) {
            self.asked = Some(Asked::When);
        }
        // How long one sleeps is told by nothing that says where one was.
        if self.measure == Some(Measure::Duration) && !is_placed(&self.filter) && self.filter.text.is_empty() {
            self.beyond.extend(words_of(&self.pieces, &["sleep", "slept", "sleeping", "geschlafen", "schlief", "schlafe"]));
        }
        // "The number of Anna" is hers, when nothing is counted.
        if self.asked == Some(Asked::Count) && of_number(&self.question, &self.filter) {
            self.asked = Some(Asked::Find);
            self.filter.kinds = vec![Kind::Contact];
            "Phone".clone_into(&mut self.filter.text);
            self.filter.people.append(&mut self.filter.senders);
        }
        // What a thing cost stands in what states its amount.
        if self.asked == Some(Asked::Sum) && self.measure.is_none() && asks_price(&self.question) {
            self.measure = Some(Measure::Amount);
            if let Some(words) = self.as_words() {
                self.filter.kinds.clear();
                self.filter.text = words;
            }
        }
        // What number a thing has is told by whatever it is written in: "bike" and "order" are words there.
        let of_texts = self.filter.kinds.iter().any(|kind| matches!(kind, Kind::Mail | Kind::Message | Kind::Note | Kind::Contact));
        if self.asks_number()
            && !of_texts
            && let Some(words) = self.as_words()
        {
            self.filter.kinds.clear();
            self.filter.text = words;
        }
        // Which of two times it was, by what is measured.
        if self.comparing.is_some() && self.set_apart {
            self.asked = self.comparing;
        }
    }

    fn settle_kinds(&mut self) {
        // "Where did I live in 2020": in the town of most visits.
        let lives = self.has_word(&["live", "lived", "living", "wohnte", "gewohnt", "wohne", "lebte", "gelebt"]);
        if self.asked == Some(Asked::Where) && lives && self.has_word(&["i", "we", "ich", "wir"]) && !self.named_someone {
            (self.asked, self.by, self.presence) = (Some(Asked::Most), Some(Division::Town), true);
            self.filter.kinds = vec![Kind::Visit];
            let is_living = |word: &str| words::LIVING.contains(&word.to_lowercase().as_str());
            self.filter.text = self.filter.text.split(' ').filter(|word| !is_living(word)).collect::<Vec<_>>().join(" ");
        }
        let filter = &mut self.filter;
        // "The photos of my trip to Lisbon" are photos.
        if is_placed(filter) && !filter.kinds.contains(&Kind::Visit) && filter.kinds.iter().any(|kind| *kind != Kind::Trip) {
            filter.kinds.retain(|kind| *kind != Kind::Trip);
        }
        let whole_stay = self.measure == Some(Measure::Duration) && self.activity.is_none() && is_placed(filter);
        if (whole_stay && filter.kinds == Measure::Duration.kinds()) || (self.geography && filter.kinds.is_empty()) {
            filter.kinds = vec![Kind::Visit];
        }
    }

    /// Times abroad are told by visits; what else is asked of them is looked for by the word, or not computed.
    fn settle_abroad(&mut self) {
        const THERE: &[Kind] = &[Kind::Visit, Kind::Trip, Kind::Workout];
        if !self.abroad {
            return;
        }
        let of_stays = self.filter.kinds.iter().all(|kind| THERE.contains(kind)) && self.filter.text.is_empty();
        self.abroad = of_stays && !self.named_someone && !is_placed(&self.filter) && self.comparing.is_none() && !self.set_apart;
        if !self.abroad {
            return self.beyond_computing.push("abroad".to_owned());
        }
        self.filter.kinds = vec![Kind::Visit];
        if self.measure == Some(Measure::Duration) {
            self.measure = Some(Measure::Days);
        }
    }

    /// What is made of the values of several items, and for each of what time.
    fn settle_statistic(&mut self) -> Statistic {
        let said = std::mem::take(&mut self.said);
        if said.is_mean_rate() && !self.filter.kinds.is_empty() && matches!(self.asked, None | Some(Asked::Find | Asked::List)) {
            self.asked = Some(Asked::Count);
        }
        if self.measure == Some(Measure::Amount) && self.ranks() && self.by.is_none() && self.comparing.is_none() {
            self.by = Some(Division::Channel);
        }
        let (statistic, measured) = said.settle(self.measure, &self.filter.kinds, &mut self.beyond_computing);
        self.rate = self.rate.filter(|_| matches!(self.asked, Some(Asked::Count | Asked::Sum)));
        if statistic != Statistic::Total || measured.is_some() {
            self.measure = measured;
            if statistic == Statistic::Mean {
                self.asked = Some(Asked::Sum);
            }
        }
        statistic
    }

    /// The part that the one who asks has in what was written.
    fn settle_part(&mut self) -> Result<()> {
        let among_people = matches!(self.asked, Some(Asked::Who | Asked::Most | Asked::Least));
        if self.writing != Writing::Nobody && self.filter.kinds.is_empty() && among_people {
            self.filter.kinds = vec![Kind::Mail, Kind::Message];
        }
        let Some(whose) = own_part(&self.pieces, self.writing, &self.filter, self.asked, self.by) else { return Ok(()) };
        match (self.world.knows_owner()?, whose) {
            (true, Part::Sender) => self.filter.senders.push(Filter::ME.to_owned()),
            (true, Part::Recipient) => self.filter.recipients.push(Filter::ME.to_owned()),
            // Of those whom mails went to, the one who asks wrote to nearly all.
            (false, Part::Sender) if among_people => {}
            (false, Part::Sender) => self.beyond.push("I".to_owned()),
            (false, Part::Recipient) => {}
        }
        Ok(())
    }

    /// Whoever is behind a video or a song need not be a person of the data: the name is looked for.
    fn settle_unknown(&mut self) {
        const PUBLISHED: &[Kind] =
            &[Kind::Watch, Kind::Video, Kind::Listen, Kind::Page, Kind::Search, Kind::Subscription, Kind::Activity, Kind::Purchase];
        let kinds = &self.filter.kinds;
        // "On YouTube, was it more X or more Y".
        let compared = kinds.is_empty() && self.comparing.is_some() && !self.filter.sources.is_empty();
        if compared || (!kinds.is_empty() && kinds.iter().all(|kind| PUBLISHED.contains(kind))) {
            let names = std::mem::take(&mut self.unknown);
            self.look_for(names);
        }
    }

    /// What others watched or photographed is not in the data of the one who asks.
    fn settle_others(&mut self) {
        // Where somebody lives or works is told by what is written of it.
        let asks_where = self.asked == Some(Asked::Where) && !self.presence && !self.has_word(words::LIVING);
        let goes = self.pieces.iter().any(|piece| words::is_going(&piece.lower));
        let of_owner = self.filter.kinds.iter().any(|kind| is_own_doing(*kind)) || (asks_where && goes);
        let other =
            self.other.take().or_else(|| asks_where_someone_was(&self.pieces).filter(|_| asks_where && !self.filter.text.is_empty()));
        // Where she keeps the key, or moves to, stands in what is written; where she was, nowhere.
        let was_there = asks_where && (goes || self.filter.text.is_empty());
        if let Some(other) = other.filter(|_| of_owner || was_there) {
            self.beyond.push(other);
        } else if asks_where && self.filter.kinds.is_empty() && self.filter.text.is_empty() {
            // The data tells where its owner was.
            self.beyond.append(&mut self.filter.people);
        }
    }

    /// The kinds that a verb speaks of, where nothing names any; whether there were such.
    fn settle_presumed(&mut self) -> Result<bool> {
        self.polar &= self.asked.is_none();
        if self.polar && self.filter.text.is_empty() && !self.filter.kinds.is_empty() {
            self.asked = Some(Asked::Count);
        }
        // Who plays an artist listens; who plays hurling does not.
        let artist: Vec<&str> = self.filter.text.split(' ').filter(|word| !word.eq_ignore_ascii_case("plays")).collect();
        if self.filter.kinds.is_empty()
            && self.has_word(&["play", "played", "playing", "plays"])
            && !artist.is_empty()
            && self.world.performs(&artist.join(" "))?
        {
            self.filter.text = artist.join(" ");
            self.filter.kinds = vec![Kind::Listen];
        }
        // What one gets by the post, and counts, are letters.
        let gets = self.pieces.iter().any(|piece| words::is_getting(&piece.lower));
        if self.filter.kinds.is_empty() && self.asked == Some(Asked::Count) && gets && words::papers().any(|paper| self.has_word(&[paper]))
        {
            self.filter.kinds = vec![Kind::Mail, Kind::Message];
            return Ok(true);
        }
        let meets = self.meets && self.named_someone;
        Ok(presume(&mut self.filter, self.asked, self.presence, meets, self.is_due) || self.speaks == Some(Speaks::Hints))
    }

    fn settle_sides(&mut self) -> Result<Vec<Side>> {
        let mut sides = if self.set_apart {
            sides::of_spans(&self.spans, &self.filter)
        } else if self.comparing.is_some() {
            let named = sides::named(&mut self.filter, &self.places, self.measure == Some(Measure::Amount));
            if named.is_empty() {
                self.use_name_as_words();
                self.sides_of_words()
            } else {
                named
            }
        } else {
            Vec::new()
        };
        if sides.len() > 1 {
            self.asked = self.comparing.or(Some(Asked::Most));
            self.by = None;
            self.settle_artists(&mut sides)?;
        }
        Ok(sides)
    }

    /// Two who perform, and are played, are listened to.
    fn settle_artists(&mut self, sides: &mut [Side]) -> Result<()> {
        if !self.filter.kinds.is_empty() || !self.has_word(&["play", "played", "playing", "plays", "spielte", "gespielt"]) {
            return Ok(());
        }
        for side in sides.iter() {
            if side.filter.text.is_empty() || !self.world.performs(&side.name)? {
                return Ok(());
            }
        }
        self.filter.kinds = vec![Kind::Listen];
        sides.iter_mut().for_each(|side| side.filter.kinds = vec![Kind::Listen]);
        Ok(())
    }

    /// Where only one of two sides is somebody whom the data knows, both are looked for by their names.
    fn use_name_as_words(&mut self) {
        const WRITTEN: &[Kind] = &[Kind::Mail, Kind::Message, Kind::Call];
        let filter = &self.filter;
        let n_people = filter.people.len() + filter.senders.len() + filter.recipients.len();
        // Who is named in a mail did not write it.
        let written = !filter.kinds.is_empty() && filter.kinds.iter().all(|kind| WRITTEN.contains(kind));
        let [said] = &self.people_said[..] else { return };
        let Some(or) = self.pieces.iter().position(|piece| matches!(piece.lower.as_str(), "or" | "oder")) else { return };
        let beside = [or.checked_sub(1), Some(or + 1)].map(|at| at.and_then(|at| self.pieces.get(at)).map(|piece| piece.text.as_str()));
        let [Some(left), Some(right)] = beside else { return };
        let is_name = |word: &str| said.split(' ').any(|part| part == word);
        let is_told = |word: &str| self.filter.text.split(' ').any(|told| told == word);
        let mixed = (is_name(left) && is_told(right)) || (is_told(left) && is_name(right));
        if n_people == 1 && mixed && !written {
            let said = said.clone();
            self.look_for(vec![said]);
            self.filter.people.clear();
            self.filter.senders.clear();
            self.filter.recipients.clear();
            self.people_said.clear();
        }
    }

    /// A side for each of two things that stand around an "or", by the words that are looked for: "Hozier or Lankum".
    fn sides_of_words(&mut self) -> Vec<Side> {
        let Some(or) = self.pieces.iter().position(|piece| matches!(piece.lower.as_str(), "or" | "oder")) else { return Vec::new() };
        let looked_for: Vec<&str> = self.filter.text.split(' ').collect();
        let is_told = |piece: &&Piece| looked_for.contains(&piece.text.as_str());
        let left: Vec<&Piece> = self.pieces[..or].iter().rev().take_while(is_told).collect();
        // "More Hozier or more Lankum".
        let right: Vec<&Piece> =
            self.pieces[or + 1..].iter().skip_while(|piece| piece.small && !is_told(piece)).take_while(is_told).collect();
        if left.is_empty() || right.is_empty() {
            return Vec::new();
        }
        let name = |pieces: Vec<&Piece>| pieces.into_iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
        let names = [name(left.into_iter().rev().collect()), name(right)];
        let of_a_side = |word: &&str| names.iter().any(|name| name.split(' ').any(|part| part == *word));
        let rest: Vec<&str> = looked_for.iter().copied().filter(|word| !of_a_side(word)).collect();
        let rest = rest.join(" ");
        let side = |name: String| {
            let text = format!("{rest} {name}").trim().to_owned();
            Side { filter: Filter { text, ..self.filter.clone() }, name }
        };
        let sides = names.into_iter().map(side).collect();
        self.filter.text = rest;
        sides
    }

    /// Of what the most or the least is asked for, where no word says it.
    fn settle_division(&mut self, asked: Asked) {
        if !matches!(asked, Asked::Most | Asked::Least) {
            return;
        }
        self.by = ranked_by(asked, self.asks_who, &self.filter);
        // A site is more than one page, and has no title.
        let sites = words_of(&self.pieces, &["website", "websites", "site", "sites", "domain", "webseite", "webseiten"]);
        if self.by == Some(Division::Title) && !sites.is_empty() {
            self.beyond.extend(sites);
        } else if self.by.is_none() {
            let most: Vec<&str> = words::each(words::MOST).filter_map(|(phrase, _)| phrase.split(' ').next_back()).collect();
            self.beyond.extend(words_of(&self.pieces, &most));
        }
    }

    /// By what each is counted once, when "different" ones are counted.
    fn settle_distinct(&mut self, asked: Asked) -> Option<Division> {
        const TITLED: &[Kind] = &[Kind::Search, Kind::Page, Kind::Watch, Kind::Video, Kind::Listen, Kind::Activity];
        const PUBLISHED: &[Kind] = &[Kind::Watch, Kind::Video, Kind::Listen];
        if asked != Asked::Count || !self.beyond_computing.iter().any(|word| words::is_distinct(word)) {
            return None;
        }
        let of = |kinds: &[Kind]| !self.filter.kinds.is_empty() && self.filter.kinds.iter().all(|kind| kinds.contains(kind));
        // Of people and sellers others than those who are asked for have a part in an item, so they are not counted by it.
        let by = if of(PUBLISHED) && self.has_word(words::PUBLISHERS) {
            Division::Channel
        } else if of(TITLED) {
            Division::Title
        } else if of(&[Kind::Visit]) {
            Division::Place
        } else {
            return None;
        };
        self.beyond_computing.retain(|word| !words::is_distinct(word));
        Some(by)
    }

    /// Whether tasks are meant that are open, or those that are done; those words are then no more than that.
    fn settle_open(&mut self) -> Option<bool> {
        if self.filter.kinds != [Kind::Task] {
            return None;
        }
        let open = self.states.iter().find_map(|state| words::is_open(state))?;
        self.states.retain(|state| words::is_open(state).is_none());
        Some(open)
    }

    /// Numbers may be of certain hours or weekdays alone; what is found or ordered by them is not.
    fn settle_only(&mut self, asked: Asked, statistic: Statistic) {
        let fits = Only::fits(asked, statistic, self.measure, &self.filter.kinds) && self.bound.is_none();
        if !fits && let Some(only) = self.only.take() {
            self.beyond_computing.push(only.said);
        }
    }

    /// What becomes of the words that say a state, and of those that nothing computed can hold.
    fn settle_words(&mut self, asked: Asked, statistic: Statistic, is_divided: bool) {
        if asked == Asked::Next && self.filter.from.is_none() {
            self.filter.from = sides::instant(self.today, self.zone);
        }
        let mut states = std::mem::take(&mut self.states);
        // Who is in a photo is tagged in it.
        let of_photos = !self.filter.kinds.is_empty() && self.filter.kinds.iter().all(|kind| matches!(kind, Kind::Photo | Kind::Video));
        if of_photos && !self.filter.people.is_empty() {
            states.retain(|state| !state.eq_ignore_ascii_case("tagged"));
        }
        let all_of_a_kind = asked == Asked::Find && self.filter.text.is_empty() && !self.filter.kinds.is_empty();
        if is_computed(asked) || all_of_a_kind || statistic != Statistic::Total {
            self.beyond.extend(states);
        } else {
            // "When did I finish the fence": of one thing, what is told of it tells its state.
            let of_task = self.filter.kinds.contains(&Kind::Task);
            let telling = states.into_iter().filter(|state| !of_task && !words::is_small(state, self.language));
            self.look_for(telling.collect());
        }
        let mut beyond_computing = std::mem::take(&mut self.beyond_computing);
        if is_computed(asked) {
            // How many there are tells whether there is more than one.
            if asked == Asked::Count {
                const SEVERAL: &[&str] = &["more than once", "several times", "mehr als einmal", "mehrmals"];
                beyond_computing.retain(|said| !SEVERAL.contains(&said.to_lowercase().as_str()));
            }
            self.beyond.extend(beyond_computing);
            // A number over everything answers no question that was not understood.
            let mut timeless = Filter { from: None, to: None, ..self.filter.clone() };
            if self.added {
                timeless.all_of.pop();
            }
            let says_only_when = timeless.is_empty();
            if says_only_when && !is_divided && !speaks_of_all(&self.pieces) {
                self.beyond.push(self.question.trim().to_owned());
            }
        } else {
            self.look_for(beyond_computing);
        }
    }

    /// Adds words to those that are looked for.
    fn look_for(&mut self, said: Vec<String>) {
        let text = std::mem::take(&mut self.filter.text);
        self.filter.text = [vec![text], said].concat().join(" ").trim().to_owned();
    }
}

/// What the longest or the dearest is asked for: when it was, how much it was, or which it was.
fn settled_extreme(asked: Asked) -> Asked {
    match asked {
        Asked::When | Asked::Where | Asked::Who => asked,
        _ => Asked::Sum,
    }
}

pub(super) fn is_computed(asked: Asked) -> bool {
    match asked {
        Asked::Count | Asked::Sum | Asked::First | Asked::Last | Asked::Next | Asked::Most | Asked::Least | Asked::List => true,
        Asked::Find | Asked::When | Asked::Where | Asked::Who => false,
    }
}

/// What the most or the least of is asked for, where no word says it; `None` when nothing that can be counted by groups is.
fn ranked_by(asked: Asked, asks_who: bool, filter: &Filter) -> Option<Division> {
    const TITLED: &[Kind] = &[Kind::Search, Kind::Page, Kind::Watch, Kind::Video, Kind::Listen, Kind::Event];
    let all = |of: &[Kind]| !filter.kinds.is_empty() && filter.kinds.iter().all(|kind| of.contains(kind));
    if asks_who {
        Some(if all(&[Kind::Watch, Kind::Video, Kind::Listen, Kind::Subscription]) { Division::Channel } else { Division::Person })
    } else if all(&[Kind::Mail, Kind::Message, Kind::Call]) {
        Some(Division::Person)
    } else if all(&[Kind::Visit, Kind::Trip, Kind::Event]) && filter.kinds != [Kind::Event] {
        Some(Division::Place)
    } else if all(TITLED) && asked == Asked::Most {
        Some(Division::Title)
    } else {
        None
    }
}

/// Whether what happened is the doing of the vault's owner alone.
fn is_own_doing(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Photo
            | Kind::Video
            | Kind::Watch
            | Kind::Listen
            | Kind::Search
            | Kind::Page
            | Kind::Bookmark
            | Kind::Visit
            | Kind::Trip
            | Kind::Workout
            | Kind::Note
            | Kind::Task
    )
}

/// Whether "the number of" somebody alone is asked for.
fn of_number(question: &str, filter: &Filter) -> bool {
    let lower = question.to_lowercase();
    let alone = filter.people.len() + filter.senders.len() == 1 && filter.recipients.is_empty();
    let narrows = filter.from.is_some() || filter.to.is_some() || is_placed(filter) || !filter.sources.is_empty();
    alone && !narrows && filter.kinds.is_empty() && filter.text.is_empty() && (lower.contains("number of") || lower.contains("nummer von"))
}

/// Whether a question asks what one thing was in money: "How much was the hotel?"
fn asks_price(question: &str) -> bool {
    const PHRASES: &[&str] =
        &["how much was", "how much were", "how much is", "what was the price", "wie teuer", "was kostete", "wie viel war"];
    let lower = question.to_lowercase();
    PHRASES.iter().any(|phrase| lower.contains(phrase))
}

/// The name right after "where was": what others did is not in the data.
fn asks_where_someone_was(pieces: &[Piece]) -> Option<String> {
    let [first, verb, name, ..] = pieces else { return None };
    let asks = matches!(first.lower.as_str(), "where" | "wo") && matches!(verb.lower.as_str(), "was" | "is" | "were" | "war" | "ist");
    (asks && name.name && name.used && !name.small && !name.genitive && !name.quoted).then(|| name.text.clone())
}

/// The words that narrow what is asked about, of those that are left: what is in quotation marks does in any case.
fn telling(text: &str, kinds: &[Kind], measure: Measure, by: Option<Division>) -> String {
    let mut quoted = false;
    let words = text.split(' ').filter(|word| {
        let within = quoted || word.starts_with('"');
        quoted ^= word.matches('"').count() % 2 == 1;
        within || !words::says_no_more(word, kinds, measure, by)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The kinds that a verb speaks of, when no noun names any; whether they were taken from the verb.
fn presume(filter: &mut Filter, asked: Option<Asked>, presence: bool, meets: bool, is_due: bool) -> bool {
    // "Gesehen" is said of videos and of people.
    let seen = meets && filter.kinds == [Kind::Watch, Kind::Video];
    // A journey is told by where it went.
    let journey = filter.kinds == [Kind::Trip]
        && is_placed(filter)
        && filter.text.is_empty()
        && matches!(asked, None | Some(Asked::When | Asked::Where | Asked::Find | Asked::First | Asked::Last));
    if !filter.kinds.is_empty() && !seen && !journey {
        return false;
    }
    let accompanied = presence && !filter.people.is_empty();
    let kinds: &[Kind] = if is_due {
        &[Kind::Task, Kind::Event]
    } else if meets || (accompanied && !is_placed(filter)) {
        &[Kind::Event]
    } else if ((presence || journey) && is_placed(filter)) || (presence && filter.text.is_empty() && asked == Some(Asked::Where)) {
        &[Kind::Visit]
    } else if !filter.text.is_empty() && (presence || (asked == Some(Asked::Count) && filter.people.is_empty())) {
        // How often something was done is told by the calendar and the places, not by whatever mentions it.
        &[Kind::Visit, Kind::Event]
    } else {
        return false;
    };
    filter.kinds = kinds.to_vec();
    true
}

/// The part that the one who asks has in mails and messages when nobody else is named: who sent them, or whom they reached.
fn own_part(pieces: &[Piece], writing: Writing, filter: &Filter, asked: Option<Asked>, by: Option<Division>) -> Option<Part> {
    let about_mail = !filter.kinds.is_empty() && filter.kinds.iter().all(|kind| matches!(kind, Kind::Mail | Kind::Message));
    // Months and years are ranked by what the one who asks got; people by what they have a part in.
    let of_time = matches!(by, Some(Division::Month | Division::Year | Division::Weekday));
    let among_others = matches!(asked, Some(Asked::Who | Asked::Most | Asked::Least)) && !of_time;
    let names_nobody = filter.senders.is_empty() && filter.recipients.is_empty() && filter.people.is_empty();
    if !(about_mail && names_nobody) {
        return None;
    }
    if among_others {
        // Whoever wrote may have written to the one who asks by a list; what that one wrote is theirs.
        return (writing == Writing::ByMe).then_some(Part::Sender);
    }
    match writing {
        Writing::ByMe => Some(Part::Sender),
        Writing::ToMe => Some(Part::Recipient),
        Writing::Nobody => pieces.iter().any(|piece| words::is_getting(&piece.lower)).then_some(Part::Recipient),
    }
}

pub(super) fn is_placed(filter: &Filter) -> bool {
    filter.near.is_some() || filter.area.is_some()
}

/// Makes what is asked, the measure and the kinds agree.
fn settle(
    asked: &mut Option<Asked>,
    measure: &mut Option<Measure>,
    filter: &mut Filter,
    named_someone: bool,
    is_bounded: bool,
    beyond: &mut Vec<String>,
) {
    match (*asked, *measure) {
        // Of bounded values, those within are meant.
        (_, Some(_)) if is_bounded => *asked = asked.or(Some(Asked::Count)),
        (Some(Asked::Count | Asked::Find | Asked::List) | None, Some(_)) => *asked = Some(Asked::Sum),
        // "How much flour goes into the cake" stands somewhere, or nowhere.
        (Some(Asked::Sum), None) if filter.kinds.is_empty() && !filter.text.is_empty() => *asked = Some(Asked::Find),
        (Some(Asked::Sum), None) if filter.kinds.is_empty() => beyond.push("how much".to_owned()),
        (Some(Asked::Sum), None) => *asked = Some(Asked::Count),
        (Some(Asked::Sum | Asked::Most | Asked::Least), _) => {}
        // "When did I pay": the payment is looked for, not its amount.
        _ => *measure = None,
    }
    if let Some(measure) = *measure
        && filter.kinds.is_empty()
    {
        filter.kinds = measure.kinds().to_vec();
    }
    if filter.kinds.is_empty() && named_someone && !(filter.senders.is_empty() && filter.recipients.is_empty()) {
        filter.kinds = vec![Kind::Mail, Kind::Message];
    }
    // A text without digits or letters finds nothing.
    if !filter.text.chars().any(char::is_alphanumeric) {
        filter.text.clear();
    }
}
