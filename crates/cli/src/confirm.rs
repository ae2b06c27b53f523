use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use domain::{Code, Failure, Result};

/// Asks the person to type how many items go: nobody does that by mistake.
pub(crate) fn by_number(n_items: u64) -> Result<()> {
    if !stdin().is_terminal() {
        return Err(Failure::new(Code::BadRequest, "It has to be confirmed, and there is no terminal to ask on.")
            .hint("See what would go with --plan, then give --yes."));
    }
    // A prompt that nobody sees is answered wrongly, which changes nothing.
    drop(write!(stderr(), "This cannot be taken back. Type {n_items} to forget them: ").and_then(|()| stderr().flush()));
    let mut typed = String::new();
    stdin().lock().read_line(&mut typed).map_err(Failure::internal)?;
    if typed.trim() == n_items.to_string() {
        return Ok(());
    }
    Err(Failure::new(Code::Cancelled, "That is another number; nothing was forgotten.").hint("Run it again and type the number of items."))
}
