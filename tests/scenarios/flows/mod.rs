//! The five flows under `tests/flows`, each run by the real `act` as a team has it: one file a flow.

mod canary;
mod develop;
mod merged;
mod preview;
mod promoted;
mod pushed;
mod stage;
mod street;
