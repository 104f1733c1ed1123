//! May this branch be promoted?

fn main() -> std::process::ExitCode {
    shiplane_action::main(&branch_gate::TOOL, branch_gate::run, shiplane_http::notify)
}
