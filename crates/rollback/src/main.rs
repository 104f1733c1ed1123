//! The process. The same file is the worker on the host, when it is called as `rollback worker …`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shiplane_fleet::called_as_worker()
        .unwrap_or_else(|| shiplane_action::main(&rollback::TOOL, rollback::run, shiplane_http::notify))
}
