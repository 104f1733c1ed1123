//! Is it well? ok, warning or rollback.

fn main() -> std::process::ExitCode {
    shiplane_action::main(&smoke_check::TOOL, smoke_check::run, shiplane_http::notify)
}
