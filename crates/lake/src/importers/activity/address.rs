//! What a web address in a row says: the query, the video, the channel, the coordinates.

use domain::Point;

/// The value of a parameter of `url`, decoded; `None` when it is absent or empty.
pub(crate) fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let query = query.split('#').next()?;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| decoded(value))
        .filter(|value| !value.trim().is_empty())
}

/// The host of an http(s) address, lower-cased; empty for anything else.
pub(crate) fn host(url: &str) -> String {
    parts(url).map(|(host, _)| host.trim_start_matches("www.").to_lowercase()).unwrap_or_default()
}

/// The page that a Google redirect (`google.com/url?q=…`) leads to; the address itself when it is none.
pub(crate) fn unwrapped(url: &str) -> String {
    let url = url.trim();
    if let Some((host, path)) = parts(url)
        && is_google(host)
        && path.starts_with("/url?")
        && let Some(target) = parameter(url, "q").or_else(|| parameter(url, "url"))
        && target.starts_with("http")
    {
        return target;
    }
    url.to_owned()
}

/// The words that were searched for, when the address is a page of results.
pub(crate) fn query(url: &str) -> Option<String> {
    let (host, path) = parts(url)?;
    let name = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    if host.contains("youtube.") {
        return (name == "/results" || name == "/search").then(|| parameter(url, "search_query").or_else(|| parameter(url, "q"))).flatten();
    }
    if !is_google(host) {
        return None;
    }
    if let Some(words) = name.strip_prefix("/maps/search/") {
        return Some(decoded(words.split('/').next().unwrap_or_default())).filter(|words| !words.trim().is_empty());
    }
    // `q` is the rule; Maps' own link form says `query`.
    name.ends_with("/search").then(|| parameter(url, "q").or_else(|| parameter(url, "query"))).flatten()
}

/// The id of a YouTube video.
pub(crate) fn video(url: &str) -> Option<String> {
    let (host, path) = parts(url)?;
    let host = host.to_lowercase();
    let id = if host.ends_with("youtu.be") {
        path.trim_start_matches('/').split(['?', '/', '#']).next().map(str::to_owned)
    } else if host == "youtube.com" || host.ends_with(".youtube.com") || host.ends_with("youtube-nocookie.com") {
        match path.split(['?', '#']).next()? {
            "/watch" => parameter(url, "v"),
            other => ["/shorts/", "/live/", "/embed/", "/v/"]
                .iter()
                .find_map(|start| other.strip_prefix(start))
                .map(|rest| rest.split('/').next().unwrap_or_default().to_owned()),
        }
    } else {
        None
    };
    id.filter(|id| is_video_id(id))
}

/// Whether `text` is shaped like a YouTube video's id.
pub(crate) fn is_video_id(text: &str) -> bool {
    text.len() == 11 && is_id(text)
}

/// Whether `text` is shaped like a YouTube channel's id.
pub(crate) fn is_channel_id(text: &str) -> bool {
    text.len() == 24 && text.starts_with("UC") && is_id(text)
}

/// The channel that an address is of: its id, or its handle when the address has no id.
pub(crate) fn channel(url: &str) -> Option<String> {
    let (host, path) = parts(url)?;
    if !host.to_lowercase().ends_with("youtube.com") {
        return None;
    }
    let path = path.split(['?', '#']).next()?;
    if let Some(rest) = path.strip_prefix("/channel/") {
        return Some(rest.split('/').next().unwrap_or_default().to_owned()).filter(|id| is_channel_id(id));
    }
    let handle = path
        .strip_prefix("/c/")
        .or_else(|| path.strip_prefix("/user/"))
        .or_else(|| path.strip_prefix('/').filter(|rest| rest.starts_with('@')))?;
    Some(decoded(handle.split('/').next().unwrap_or_default())).filter(|handle| handle.len() > 1)
}

/// The coordinates in a map's address: the place it shows, else the middle of the map.
pub(crate) fn coordinates(url: &str) -> Option<Point> {
    // `!3d…!4d…` is the pin itself; `@` is where the map was looking.
    if let Some((_, rest)) = url.split_once("!3d")
        && let Some((lat, rest)) = rest.split_once("!4d")
    {
        let lon = rest.split(['!', '?', '&', '/']).next().unwrap_or_default();
        if let (Ok(lat), Ok(lon)) = (lat.parse(), lon.parse()) {
            return Point::from_degrees(lat, lon);
        }
    }
    let named = ["center", "query", "destination", "ll", "viewpoint", "q"].into_iter().find_map(|name| pair(&parameter(url, name)?));
    named.or_else(|| pair(url.split_once("/@").or_else(|| url.split_once("=@"))?.1))
}

/// Text as it was before it was put in an address: `+` is a space, `%41` is `A`.
pub(crate) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|digit| (*digit as char).to_digit(16));
        match (byte, hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', ..) => plain.push(b' '),
            _ => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Host, and what follows it, of an http(s) address.
fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(rest.split_at(end))
}

/// Google's hosts differ by country: `google.com`, `www.google.de`, `news.google.co.uk`.
fn is_google(host: &str) -> bool {
    let host = host.to_lowercase();
    host.split_once("google.").is_some_and(|(before, after)| (before.is_empty() || before.ends_with('.')) && after.len() <= 6)
}

fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// `47.1,8.5` at the start of a text.
fn pair(text: &str) -> Option<Point> {
    let mut numbers = text.split(',');
    let lat = numbers.next()?.trim().parse().ok()?;
    let lon = numbers.next()?.split(['?', '&', '/']).next()?.trim().parse().ok()?;
    Point::from_degrees(lat, lon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_give_up_what_they_hold() {
        assert_eq!(query("https://www.google.de/search?hl=de&q=caf%C3%A9+am+see#x").as_deref(), Some("café am see"));
        assert_eq!(query("https://www.youtube.com/results?search_query=rope"), Some("rope".to_owned()));
        assert_eq!(query("https://www.google.com/maps/search/bakery+near+me/@47.1,8.5,15z"), Some("bakery near me".to_owned()));
        assert_eq!(query("https://notgoogle.com/search?q=x"), None);
        assert_eq!(unwrapped("https://www.google.com/url?q=https://example.org/a%3Fb&usg=Q"), "https://example.org/a?b");
        for url in [
            "https://m.youtube.com/watch?t=3&v=AAAAAAAAAAA",
            "https://youtu.be/AAAAAAAAAAA?x",
            "https://www.youtube.com/shorts/AAAAAAAAAAA",
        ] {
            assert_eq!(video(url).as_deref(), Some("AAAAAAAAAAA"), "{url}");
        }
        assert_eq!(video("https://www.youtube.com/post/AAAAAAAAAAA"), None);
        assert_eq!(channel("https://www.youtube.com/channel/UCxxxxxxxxxxxxxxxxxxxxxx").as_deref(), Some("UCxxxxxxxxxxxxxxxxxxxxxx"));
        let zurich = Point::from_degrees(47.1, 8.5);
        assert_eq!(coordinates("https://www.google.com/maps/@47.1,8.5,15z"), zurich);
        assert_eq!(coordinates("https://www.google.com/maps/@?api=1&map_action=map&center=47.1,8.5&zoom=12"), zurich);
        assert_eq!(coordinates("https://www.google.com/maps/place/X/@1,2,15z/data=!3d47.1!4d8.5"), zurich);
        assert_eq!(coordinates("https://www.google.com/maps/@0,0,3z"), None);
    }
}
