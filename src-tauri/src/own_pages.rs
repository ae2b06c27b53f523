//! Which pages the window may go to: those inside the program, and nothing of the web, whatever a page or a mail asks for.

use tauri::Url;

/// Whether an address is a page of the program's own. A frame of a mail stands at `about:srcdoc`, and what a page saves to a
/// file at a `blob:` that it made itself.
pub(crate) fn is_own(address: &Url) -> bool {
    match (address.scheme(), address.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => address.port().is_none(),
        ("about", None) => matches!(address.path(), "blank" | "srcdoc"),
        ("blob", None) => address.path().parse().is_ok_and(|made_by| is_own(&made_by)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_to_its_own_pages_and_nowhere_else() {
        let may = |address: &str| is_own(&address.parse().unwrap());
        for own in [
            "tauri://localhost/",
            "tauri://localhost/search?q=a",
            "http://tauri.localhost/",
            "about:blank",
            "about:srcdoc",
            "blob:tauri://localhost/1-2",
        ] {
            assert!(may(own), "{own}");
        }
        for other in [
            "https://example.org/",
            "http://localhost/",
            "http://127.0.0.1:7878/",
            "http://tauri.localhost.example.org/",
            "http://tauri.localhost:8080/",
            "http://tauri.localhost@example.org/",
            "tauri://example.org/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:config",
            "blob:https://example.org/1-2",
            "blob:null/1-2",
            "ftp://tauri.localhost/",
            "mailto:a@b.example",
        ] {
            assert!(!may(other), "{other}");
        }
    }
}
