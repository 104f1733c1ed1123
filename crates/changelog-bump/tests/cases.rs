//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod bump;
    mod check;
    mod next;
    mod next_choice;
    mod next_explain;
    mod next_places;
    mod notes;
    mod run;
    mod write;
}
