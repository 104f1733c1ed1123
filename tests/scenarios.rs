//! The one test binary of the end-to-end scenarios.

#[cfg(test)]
mod scenarios {
    mod act;
    mod back;
    mod client;
    mod compose;
    mod contract;
    mod desk;
    mod flows;
    mod images;
    mod notify;
    mod outputs;
    mod shop;
    mod tools;
    mod upload;
    mod workflow;
    mod yard;
}
