//! What is printed: one JSON object a line, whole lines only, however many speak at the same time.

use std::io::Write as _;
use std::sync::Mutex;

use shiplane_core::deploy::LogLine;
use shiplane_core::deploy::masks::Masks;
use shiplane_core::report::Finding;

/// A longer line is cut; what is behind it is no text for people.
const LONGEST: usize = 16 * 1024;

/// The printing end.
pub(super) struct Say {
    masks: Mutex<Masks>,
}

impl Say {
    pub(super) fn new(masks: Masks) -> Self {
        Self { masks: Mutex::new(masks) }
    }

    /// Hides these from now on as well.
    pub(super) fn hide(&self, masks: Masks) {
        if let Ok(mut held) = self.masks.lock() {
            held.add(masks);
        }
    }

    /// Says whose line it is, and the line. A reader that went away ends the process.
    pub(super) fn line(&self, service: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes.get(..LONGEST).unwrap_or(bytes));
        let hidden = self.masks.lock().map(|masks| masks.hide(text.trim_end_matches(['\n', '\r'])));
        // Without the masks nothing is shown.
        let Ok(text) = hidden else { return };
        self.print(&LogLine::Line { service: service.to_owned(), text });
    }

    /// Says something about the logs.
    pub(super) fn note(&self, finding: Finding) {
        self.print(&LogLine::Note(finding));
    }

    fn print(&self, line: &LogLine) {
        let Ok(mut text) = serde_json::to_string(line) else { return };
        text.push('\n');
        let mut out = std::io::stdout().lock();
        if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
            super::containers::end_all();
        }
    }
}
