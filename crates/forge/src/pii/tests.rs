use super::*;

/// What is found, as "class: text".
fn found(text: &str) -> Vec<String> {
    let detector = Detector::new(["Anna Kowalska", "Otto", "Jean-Luc de Vries"]);
    detector.find(text).into_iter().map(|span| format!("{}: {}", span.class, &text[span.range()])).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(found(text), expected, "{text}");
}

#[test]
fn every_class_is_found_as_people_write_it() {
    check("Überweisung an DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX", &["iban: DE89 3704 0044 0532 0130 00", "bic: COBADEFFXXX"]);
    check("visa 4111 1111 1111 1111 exp 04/29", &["card: 4111 1111 1111 1111"]);
    check("My card is 378282246310005.", &["card: 378282246310005"]);
    check("Steuer-ID: 86 095 742 719", &["german_tax_id: 86 095 742 719"]);
    check("Personalausweis L01X00T471, gültig", &["german_id_card: L01X00T471"]);
    check("SSN 219-09-9999", &["us_ssn: 219-09-9999"]);
    check("NI number AB 12 34 56 C", &["uk_nino: AB 12 34 56 C"]);
    check("NHS 943 476 5919", &["uk_nhs: 943 476 5919"]);
    check("numéro 2 55 08 14 168 025 38", &["french_nir: 2 55 08 14 168 025 38"]);
    check("DNI 12345678Z y NIE X1234567L", &["spanish_dni: 12345678Z", "spanish_dni: X1234567L"]);
    check("CF: RSSMRA85T10A562S", &["italian_codice_fiscale: RSSMRA85T10A562S"]);
    check("BSN: 111222333", &["dutch_bsn: 111222333"]);
    check("personnummer 811218-9876", &["swedish_personnummer: 811218-9876"]);
    check("PESEL 44051401359", &["polish_pesel: 44051401359"]);
    check("CPF 529.982.247-25", &["brazilian_cpf: 529.982.247-25"]);
    check(
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
        &["passport: P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"],
    );
    check("Mein Reisepass: C01X00T47", &["passport: C01X00T47"]);
    check("anna.k+news@mail.example.org schrieb", &["email: anna.k+news@mail.example.org"]);
    check("Login from 203.0.113.77 and 2001:db8::8a2e:370:7334.", &["ip: 203.0.113.77", "ip: 2001:db8::8a2e:370:7334"]);
    check("MAC 3c:22:fb:91:0a:7e", &["mac: 3c:22:fb:91:0a:7e"]);
    check("Geburtsdatum: 14.05.1980", &["birth_date: 14.05.1980"]);
    check("She was born on May 14, 1980 in Ulm", &["birth_date: May 14, 1980"]);
    check("Das Passwort lautet Kranich-88!", &["password: Kranich-88"]);
    check("password: hunter2", &["password: hunter2"]);
    check("postgres://user:s3cr3tpw@db.example.org:5432/app", &["password: s3cr3tpw"]);
    check("user anna / password hunter22", &["password: hunter22"]);
    check("DB_PASSWORD=hunter22", &["password: hunter22"]);
    check("Use code 847291 to sign in", &["one_time_code: 847291"]);
    check("Use the code 77-15-02 to sign in to Streamhive", &["one_time_code: 77-15-02"]);
    check("Your security code for the transfer: 55 02 71", &["one_time_code: 55 02 71"]);
    check("New device? Enter K7QX-2MPL to verify.", &["one_time_code: K7QX-2MPL"]);
    check("Your recovery phrase: amber kite slow river dune mask", &["password: amber kite slow river dune mask"]);
    check("592831 is your Amazon OTP", &["one_time_code: 592831"]);
    check("geb. am 14.5.80", &["birth_date: 14.5.80"]);
    check("G-482913 is your Google verification code.", &["one_time_code: G-482913"]);
    check("Ihr Bestätigungscode lautet 483 920. Gültig bis 2026", &["one_time_code: 483 920"]);
    check("Diagnose: F32.1, Sertralin 50 mg", &["health: F32.1", "health: Sertralin"]);
    check("mit Anna Kowalska und Otto", &["name: Anna Kowalska"]);
}

#[test]
fn what_opens_a_door_is_told_from_what_a_thing_is_numbered_by() {
    for (text, code) in [
        ("Alarm: 5519 then star", "5519"),
        ("Garage keypad 8402", "8402"),
        ("the keypad number is 8402, twice", "8402"),
        ("Mayflower locker 31, combination 22-8-34", "22-8-34"),
        ("combination of the shed is 44-17-62.", "44-17-62"),
        ("Lock combination: 4471", "4471"),
        ("The code for the back door is 4471", "4471"),
        ("gate code 4471#", "4471"),
        ("The alarm code changed to 5519", "5519"),
        ("Keypad at the cottage: 9931", "9931"),
        ("key safe 7788 left of the door", "7788"),
        ("Der Code zum Tor: 2290", "2290"),
        ("Alarmcode: 5519", "5519"),
        ("Zahlenschloss 4417", "4417"),
    ] {
        check(text, &[&format!("password: {code}")]);
    }
    for text in [
        "Licence plate GKX 482, booking reference QX7K2M",
        "Mayflower locker 31, row 4",
        "Order 4471 for a bike lock has shipped",
        "The bike lock cost 129.00, the keypad 45 CHF",
        "a combination of 500 mg and 1000 mg",
        "Alarm clock, alarm at 6:30, fire alarm: 2019",
        "boarding at gate 12, door number 42",
        "Keypad 1200 CHF, combination 300 km",
        "The lock on the canal is 1932 feet long",
    ] {
        check(text, &[]);
    }
}

#[test]
fn phones_in_their_commoner_forms() {
    for (text, number) in [
        ("ruf mich an: +49 30 1234567", "+49 30 1234567"),
        ("+49 (0)30 1234567 ab 9 Uhr", "+49 (0)30 1234567"),
        ("Büro 0049 89 123456-12", "0049 89 123456-12"),
        ("Tel. 030/1234567", "030/1234567"),
        ("Handy: 0171 2345678", "0171 2345678"),
        ("unter 01712345678 erreichbar", "01712345678"),
        ("call (212) 555-0142 or", "(212) 555-0142"),
        ("212-555-0142", "212-555-0142"),
        ("+1 415.555.0132", "+1 415.555.0132"),
        ("020 7946 0958", "020 7946 0958"),
        ("07700 900123", "07700 900123"),
        ("01 23 45 67 89", "01 23 45 67 89"),
        ("+351 21 123 4567 2024", "+351 21 123 4567"),
        ("phone number is 5550142", "5550142"),
        ("my number: (0049) 151 23456789", "(0049) 151 23456789"),
        ("call 555-0142", "555-0142"),
    ] {
        check(text, &[&format!("phone: {number}")]);
    }
}

#[test]
fn addresses_with_and_without_their_town() {
    for (text, address) in [
        ("Ich wohne Hauptstraße 5 im Hof", "Hauptstraße 5"),
        ("Lieferung: Lindenallee 12a, 50667 Köln", "Lindenallee 12a, 50667 Köln"),
        ("Am Alten Markt 3, 18055 Rostock", "Am Alten Markt 3, 18055 Rostock"),
        ("at 221B Baker Street, London NW1 6XE now", "221B Baker Street, London NW1 6XE"),
        ("1600 Elm Avenue, Springfield, IL 62704", "1600 Elm Avenue, Springfield, IL 62704"),
    ] {
        check(text, &[&format!("address: {address}")]);
    }
}

/// Made here, so that no line of this file looks like a leak.
#[test]
fn keys_are_told_by_their_makers_marks_and_by_chance() {
    let random = |n: usize| -> String { (0..n).map(|at| char::from(b"7aK2fQ9sX4dM1gZ8hP3j"[at * 7 % 20])).collect() };
    let keys = [
        ("AKIA", random(16).to_uppercase()),
        ("ghp_", random(36)),
        ("sk_live_", random(24)),
        ("AIza", random(35)),
        ("glpat-", random(20)),
        ("npm_", random(36)),
        ("hf_", random(34)),
    ];
    for (mark, rest) in keys {
        check(&format!("export KEY={mark}{rest} # mine"), &[&format!("api_key: {mark}{rest}")]);
    }
    let key = random(32);
    check(&format!("api_key = \"{key}\""), &[&format!("api_key: {key}")]);
    let jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", &random(43)].join(".");
    check(&format!("Authorization: Bearer {jwt}"), &[&format!("jwt: {jwt}")]);
    let pem = format!("-----BEGIN {0} KEY-----\n{1}\n-----END {0} KEY-----", "PRIVATE", random(64));
    check(&format!("see\n{pem}\nend"), &[&format!("private_key: {pem}")]);
}

#[test]
fn what_only_looks_alike_is_left_alone() {
    for text in [
        "order 4111 1111 1111 1112 has shipped",
        "ISBN 978-3-16-148410-0 and ISBN 0-306-40615-2",
        "version 10.4.2.1 of the driver, build 20240514",
        "2024-05-14T10:00:00+02:00, 14.05.2024 10:30, 05/14/2024",
        "1715680800000 and 1715680800",
        "tracking 00340434161094042557",
        "DE00 3704 0044 0532 0130 00",
        "Fehlercode 483920, error code 500123",
        "Your password is required. Das Passwort ist abgelaufen. Please reset your password: here",
        "std::vec::Vec, icon@2x.png, 12:30:45, 127.0.0.1",
        "Otto BUSINESS SWIFT delivery 24 hours, 12 Months",
        "https://example.org/item/4111111111111111?ref=943476591",
        "Auf dem Heimweg 3 Stunden, Parkplatz 12",
        "im Jahr 1980 geboren worden sein",
        "3-2-1, 100 000 000, 1.234.567,89 €, 0,5 %",
        "PLZ 01067 Dresden, 10115 Berlin",
        "٣٣٣-٢٢-٤٤٤٤, ٤١١١١١١١١١١١١١١١, +٤٩٣٠١٢٣٤٥٦٧, BSN ١١١٢٢٢٣٣٣, 12٣٤٥٦٧٨٩٠١٢٣٤",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_word_decides_what_a_number_is() {
    check("NHS 943 476 5919", &["uk_nhs: 943 476 5919"]);
    check("phone 943 476 5919", &["phone: 943 476 5919"]);
    check("943 476 5919", &["phone: 943 476 5919"]);
    check("visa 4111111111111111, order 4111111111111111", &["card: 4111111111111111"]);
    let far = format!("NHS {} 943 476 5919", "x ".repeat(30));
    check(&far, &["phone: 943 476 5919"]);
}

#[test]
fn a_value_has_one_mark_in_an_answer_however_it_is_written() {
    let detector = Detector::new(["Anna Kowalska"]);
    let mut masker = Masker::new(&detector);
    assert_eq!(masker.mask("nothing of anybody's"), None);
    assert_eq!(
        masker.mask("Anna Kowalska <a@x.org>, B@X.org, +49 30 1234567").as_deref(),
        Some("[NAME_1] <[EMAIL_1]>, [EMAIL_2], [PHONE_1]")
    );
    assert_eq!(masker.mask("A@x.org; +49-30-1234567").as_deref(), Some("[EMAIL_1]; [PHONE_1]"));
    assert_eq!(Masker::new(&detector).mask("b@x.org").as_deref(), Some("[EMAIL_1]"));
}

#[test]
fn a_value_that_is_known_is_masked_where_nothing_tells_what_it_is_and_where_it_is_cut() {
    let detector = Detector::new(["Anna Kowalska"]);
    let mut masker = Masker::new(&detector);
    assert_eq!(masker.mask("type Kranich-88 to enter"), None);
    masker.learn("The password is Kranich-88. Visa 4111 1111 1111 1111, from Anna Kowalska");
    assert_eq!(masker.mask("type Kranich-88 to enter").as_deref(), Some("type [PASSWORD_1] to enter"));
    assert_eq!(masker.mask("…11 1111 1111, from Anna Kow…").as_deref(), Some("…[CARD_1], from [NAME_1]…"));
}

#[test]
fn whatever_stands_in_a_text_its_spans_are_whole_characters_in_order() {
    proptest::proptest!(|(text in r"[0-9 a-zäß€📞@:.<\-+]{0,200}|.{0,300}")| {
        let mut end = 0;
        for span in Detector::new(["ä ß"]).find(&text) {
            proptest::prop_assert!(span.start >= end && text.get(span.range()).is_some_and(|part| !part.is_empty()));
            end = span.end;
        }
    });
}

#[test]
fn texts_that_were_made_to_be_slow_are_not() {
    let detector = Detector::new(["Anna Kowalska"]);
    let texts = [
        (format!("{}@2x.png", "a".repeat(200_000)), 0),
        ("a@b.png ".repeat(30_000), 0),
        ("phone 030 1234567\n".repeat(20_000), 20_000),
        ("-----BEGIN PRIVATE KEY-----".repeat(10_000), 66),
        ("0 ".repeat(200_000), 0),
        ("password: ".repeat(30_000), 0),
        ("+1".repeat(100_000), 0),
        ("1".repeat(400_000), 0),
    ];
    for (text, n_found) in texts {
        assert_eq!(detector.find(&text).len(), n_found, "{}", &text[..30]);
    }
}
