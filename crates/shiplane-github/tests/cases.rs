//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod access;
    mod approval;
    mod audit;
    mod deeds;
    mod facts;
    mod hostile;
    mod hostile_lists;
    mod limits;
    mod more;
    mod pages;
    mod partial;
    mod protection;
    mod runs;
    mod scripted;
    mod setting;
    mod waiting;
}
