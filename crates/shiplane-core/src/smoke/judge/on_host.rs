//! Why nothing came of a question to the host itself.

use crate::report::Finding;

pub(super) fn no_docker(fact: &str) -> Finding {
    Finding::unknown("docker-unavailable", fact)
        .help("check on the host that Docker runs and that this user may use it: docker ps")
}

pub(super) fn program_missing(fact: &str) -> Finding {
    Finding::fail("command-missing", fact)
        .help("write the program's whole path, or one relative to the environment's `path`")
}

pub(super) fn program_denied(fact: &str) -> Finding {
    Finding::fail("command-denied", fact)
        .help("check on the host that it is executable, begins with a `#!` line, and is meant for this user")
}

pub(super) fn file_missing(fact: &str) -> Finding {
    Finding::fail("file-missing", fact)
        .help("check the path and that the process that writes it runs; a relative path begins at `path`")
}

pub(super) fn not_a_file(fact: &str) -> Finding {
    Finding::fail("not-a-file", fact).help("name the file itself that the process writes")
}

pub(super) fn file_denied(fact: &str) -> Finding {
    Finding::unknown("file-unreadable", fact)
        .help("let the user that reaches the host read the file and enter its directories")
}
