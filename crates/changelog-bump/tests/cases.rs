//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod back_merge;
    mod bump;
    mod check;
    mod hub;
    mod modes;
    mod next;
    mod next_choice;
    mod next_explain;
    mod next_odd;
    mod next_places;
    mod notes;
    mod pr;
    mod release;
    mod release_again;
    mod run;
    mod via_api;
    mod write;
    mod write_broken;
}
