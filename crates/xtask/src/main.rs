//! The chores of this repository.

fn main() -> std::process::ExitCode {
    xtask::main()
}
