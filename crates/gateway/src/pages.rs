//! The app itself: the built files of `ui`, inside the program in a release, read from `ui/dist` in a debug build.

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

/// What the pages may do. Nothing comes from elsewhere; map tiles and their worker are made in the page.
pub(crate) const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
    media-src 'self' blob:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Files;

/// A file of the app, or its page for every address that the app's router knows.
pub(crate) async fn page(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    let name = if Files::get(path).is_some() { path } else { "index.html" };
    // A missing file is missing, and not the app's page: a wrong script must not parse as HTML.
    if name == "index.html" && path.rsplit('/').next().is_some_and(|last| last.contains('.')) && path != "index.html" {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Files::get(name) {
        Some(file) => {
            let kind = mime_guess::from_path(name).first_or_octet_stream();
            ([(header::CONTENT_TYPE, kind.as_ref())], file.data).into_response()
        }
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The app's pages were not built. Run `npm install && npm run build` in the folder ui, and start again.\n",
        )
            .into_response(),
    }
}
