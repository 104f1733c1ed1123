//! What is printed, one JSON object a line, and whether anybody still listens.

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use shiplane_core::backup::{Done, Said};
use shiplane_core::deploy::Event;
use shiplane_core::report::{Level, Phase};

use super::trouble::Trouble;

/// Set when the asker went away; one process does one errand.
static GONE: AtomicBool = AtomicBool::new(false);

/// The input ends when the asker goes away.
pub(super) fn notice_when_nobody_listens() {
    thread::spawn(|| {
        let mut rest = [0; 64];
        while matches!(std::io::stdin().lock().read(&mut rest), Ok(count) if count > 0) {}
        GONE.store(true, Ordering::Relaxed);
    });
}

/// Whether the asker went away.
pub(super) fn is_alone() -> bool {
    GONE.load(Ordering::Relaxed)
}

/// Does a part of the errand and tells how long it took; with what came of it in a few words.
pub(super) fn phase<T>(
    name: &str,
    work: impl FnOnce() -> Result<(T, String), Trouble>,
) -> Result<T, Trouble> {
    print(&Said::Event(Event::Began(name.to_owned())));
    let began = Instant::now();
    let result = work();
    let (level, note) = match &result {
        Ok((_, note)) => (Level::Ok, note.clone()),
        Err(trouble) => (Level::Fail, trouble.failure.finding.fact.clone()),
    };
    let seconds = began.elapsed().as_secs_f64();
    print(&Said::Event(Event::Ended(Phase { name: name.to_owned(), seconds, level, note })));
    result.map(|(value, _)| value)
}

/// The last word.
pub(super) fn done(done: Done) {
    print(&Said::Done(Box::new(done)));
}

/// An asker that went away hears nothing, and that stops nobody.
fn print(said: &Said) {
    let Ok(line) = serde_json::to_string(said) else { return };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).ok();
}
