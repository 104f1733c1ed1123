//! What is the next version, and what changed?

fn main() -> std::process::ExitCode {
    shiplane_action::main(&changelog_bump::TOOL, changelog_bump::run, shiplane_http::notify)
}
