//! Small files of what importers read, beside those of the made-up Takeout: one or two records each, with the same words in
//! every field that has any.

/// An event of a calendar with the words in all its fields.
pub(super) fn event(words: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//made up//EN\r\nX-WR-CALNAME:{words}\r\nBEGIN:VEVENT\r\nUID:{uid}@made-up.example\r\n\
         DTSTART:20240611T140000Z\r\nDTEND:20240611T150000Z\r\nSUMMARY:{words}\r\nDESCRIPTION:{words}\r\nLOCATION:{words}\r\n\
         ORGANIZER;CN={words}:mailto:ann@made-up.example\r\nATTENDEE;CN={words}:mailto:bo@made-up.example\r\nCATEGORIES:{words}\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n",
        uid = words.replace(' ', "-")
    )
}

/// A mail with the words in all its fields, and an attachment of so many bytes that begin with them.
pub(super) fn mail_with_attachment(words: &str, length: usize) -> String {
    let mut lines = words.to_owned();
    while lines.len() < length {
        lines.push_str(&format!("\r\nline {} of {words}", lines.len()));
    }
    format!(
        "From: {words} <ann@made-up.example>\r\nTo: {words} <bo@made-up.example>\r\nCc: {words} <cy@made-up.example>\r\n\
         Subject: {words}\r\nDate: Tue, 11 Jun 2024 14:00:00 +0000\r\nMessage-ID: <{id}.{length}@made-up.example>\r\nX-Gmail-Labels: {words}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"part\"\r\n\r\n--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         {words}\r\n--part\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p title=\"{words}\">{words}</p>\r\n--part\r\n\
         Content-Type: text/plain; name=\"{words}.txt\"\r\nContent-Disposition: attachment; filename=\"{words}.txt\"\r\n\r\n{lines}\r\n--part--\r\n",
        id = words.replace(' ', "-")
    )
}

/// Files of many importers, with the words in all fields: paths and bytes.
pub(super) fn files(words: &str) -> Vec<(String, Vec<u8>)> {
    let letter = mail_with_attachment(words, 400);
    let texts = [
        ("calendar/event.ics", event(words)),
        (
            "contacts/all.vcf",
            format!(
                "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{words}\r\nN:{words};{words};;;\r\nORG:{words}\r\nTITLE:{words}\r\nEMAIL:dee@made-up.example\r\nTEL:+41 44 000 00 00\r\nADR:;;{words};{words};;8000;CH\r\nNOTE:{words}\r\nBDAY:1990-02-03\r\nEND:VCARD\r\n"
            ),
        ),
        ("mail/letter.eml", letter.clone()),
        (
            "mail/all.mbox",
            format!(
                "From 1@xxx Tue Jun 11 14:00:00 +0000 2024\r\n{letter}\r\nFrom 2@xxx Tue Jun 11 15:00:00 +0000 2024\r\n{}",
                mail_with_attachment(words, 90_000)
            ),
        ),
        (
            "tracks/walk.gpx",
            format!(
                "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"{words}\"><metadata><name>{words}</name></metadata><wpt lat=\"47.37\" lon=\"8.54\"><time>2024-06-11T13:00:00Z</time><name>{words}</name><desc>{words}</desc></wpt><trk><name>{words}</name><desc>{words}</desc><trkseg><trkpt lat=\"47.37\" lon=\"8.54\"><time>2024-06-11T14:00:00Z</time></trkpt><trkpt lat=\"47.38\" lon=\"8.55\"><time>2024-06-11T14:20:00Z</time></trkpt></trkseg></trk></gpx>"
            ),
        ),
        (
            "tracks/places.kml",
            format!(
                "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>{words}</name><Placemark><name>{words}</name><description>{words}</description><Point><coordinates>8.54,47.37,0</coordinates></Point></Placemark></Document></kml>"
            ),
        ),
        (
            "tracks/run.tcx",
            format!(
                "<?xml version=\"1.0\"?><TrainingCenterDatabase xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\"><Activities><Activity Sport=\"Running\"><Id>2024-06-11T14:00:00Z</Id><Lap StartTime=\"2024-06-11T14:00:00Z\"><TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>200</DistanceMeters><Track><Trackpoint><Time>2024-06-11T14:00:00Z</Time><Position><LatitudeDegrees>47.37</LatitudeDegrees><LongitudeDegrees>8.54</LongitudeDegrees></Position></Trackpoint></Track></Lap><Notes>{words}</Notes></Activity></Activities></TrainingCenterDatabase>"
            ),
        ),
        (
            "chat/WhatsApp Chat with Ann.txt",
            format!(
                "13/02/24, 10:00 - Messages and calls are end-to-end encrypted.\n13/02/24, 10:01 - Ann: {words}\n13/02/24, 10:02 - {words}: yes\n14/02/24, 10:03 - Ann: {words}\nand {words}\n"
            ),
        ),
        (
            "spotify/StreamingHistory0.json",
            format!("[{{\"endTime\":\"2024-06-11 14:00\",\"artistName\":\"{words}\",\"trackName\":\"{words}\",\"msPlayed\":60000}}]"),
        ),
        (
            "letterboxd/diary.csv",
            format!(
                "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n2024-06-11,{words},1961,https://boxd.example/1,4,,{words},2024-06-11\n"
            ),
        ),
        (
            "goodreads/goodreads_library_export.csv",
            format!(
                "Book Id,Title,Author,ISBN,ISBN13,My Rating,Date Read,Date Added,Bookshelves,Exclusive Shelf,My Review\n1,{words},{words},,,4,2024/06/11,2024/06/01,{words},read,{words}\n"
            ),
        ),
        (
            "netflix/ViewingActivity.csv",
            format!(
                "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,Country\n{words},2024-06-11 14:00:00,00:40:00,,{words},,{words},00:40:00,00:40:00,CH (Switzerland)\n"
            ),
        ),
        (
            "reddit/comments.csv",
            format!(
                "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\nabc,https://reddit.example/1,2024-06-11 14:00:00 UTC,,{words},0,https://reddit.example/0,,{words},\n"
            ),
        ),
        (
            "discord/messages/c1/messages.json",
            format!("[{{\"ID\":1,\"Timestamp\":\"2024-06-11 14:00:00\",\"Contents\":\"{words}\",\"Attachments\":\"\"}}]"),
        ),
        (
            "discord/messages/c1/channel.json",
            format!("{{\"id\":\"1\",\"type\":\"GUILD_TEXT\",\"name\":\"{words}\",\"guild\":{{\"id\":\"2\",\"name\":\"{words}\"}}}}"),
        ),
        ("your_facebook_activity/messages/inbox/ann_1/message_1.json", thread(words)),
        ("your_instagram_activity/messages/inbox/bo_1/message_1.json", thread(words)),
        (
            "data/tweets.js",
            format!(
                "window.YTD.tweets.part0 = [{{\"tweet\":{{\"id_str\":\"10\",\"created_at\":\"Tue Jun 11 14:00:00 +0000 2024\",\"full_text\":\"{words}\",\"entities\":{{\"user_mentions\":[{{\"screen_name\":\"ann\",\"name\":\"{words}\",\"id_str\":\"5\"}}]}}}}}}]"
            ),
        ),
        (
            "strava/activities.csv",
            format!(
                "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Activity Gear,Filename\n555,\"Jun 11, 2024, 2:00:00 PM\",{words},Run,{words},600,2.0,{words},\n"
            ),
        ),
        (
            "apple_health_export/export.xml",
            format!(
                "<?xml version=\"1.0\"?><HealthData locale=\"en\"><ExportDate value=\"2024-06-12 10:00:00 +0200\"/><Record type=\"HKQuantityTypeIdentifierStepCount\" sourceName=\"{words}\" unit=\"count\" startDate=\"2024-06-11 10:00:00 +0200\" endDate=\"2024-06-11 10:10:00 +0200\" value=\"700\"/><Workout workoutActivityType=\"HKWorkoutActivityTypeRunning\" duration=\"10\" durationUnit=\"min\" sourceName=\"{words}\" startDate=\"2024-06-11 10:00:00 +0200\" endDate=\"2024-06-11 10:10:00 +0200\"/></HealthData>"
            ),
        ),
        (
            "podcasts/subscriptions.opml",
            format!(
                "<?xml version=\"1.0\"?><opml version=\"1.0\"><head><title>{words}</title></head><body><outline type=\"rss\" text=\"{words}\" title=\"{words}\" xmlUrl=\"https://feeds.example/1\"/></body></opml>"
            ),
        ),
        (
            "Takeout/Keep/note.json",
            format!(
                "{{\"color\":\"DEFAULT\",\"isTrashed\":false,\"isPinned\":false,\"isArchived\":false,\"textContent\":\"{words}\",\"title\":\"{words}\",\"labels\":[{{\"name\":\"{words}\"}}],\"listContent\":[{{\"text\":\"{words}\",\"isChecked\":false}}],\"userEditedTimestampUsec\":1718114400000000,\"createdTimestampUsec\":1718114400000000}}"
            ),
        ),
        ("Takeout/Drive/a letter.txt", format!("{words}\n{words}\n")),
    ];
    texts.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect()
}

fn thread(words: &str) -> String {
    format!(
        "{{\"participants\":[{{\"name\":\"{words}\"}},{{\"name\":\"Ann\"}}],\"messages\":[{{\"sender_name\":\"{words}\",\"timestamp_ms\":1718114400000,\"content\":\"{words}\",\
         \"share\":{{\"link\":\"https://made-up.example/1\",\"share_text\":\"{words}\"}}}}],\"title\":\"{words}\",\"thread_path\":\"inbox/ann_1\"}}"
    )
}
