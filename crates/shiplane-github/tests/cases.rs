//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod access;
    mod facts;
    mod limits;
    mod pages;
    mod partial;
    mod setting;
}
