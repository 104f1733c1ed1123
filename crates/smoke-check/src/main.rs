//! The process. The same file is the worker on the host, when it is called as `smoke-check worker …`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shiplane_fleet::called_as_worker()
        .unwrap_or_else(|| shiplane_action::main(&smoke_check::TOOL, smoke_check::run, shiplane_http::notify))
}
