//! The contract of the harness: what arrives, what leaves, and how the process ends.

#[cfg(test)]
mod cases {
    mod annotations;
    mod config;
    mod facts;
    mod foreign;
    mod inputs;
    mod json;
    mod manifest;
    mod outputs;
    mod process;
    mod sample;
    mod summary;
    mod terminal;
}
