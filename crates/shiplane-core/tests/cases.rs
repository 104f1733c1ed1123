//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod canary;
    mod canary_data;
    mod canary_logs;
    mod canary_prometheus;
    mod changelog_bump;
    mod changelog_commit;
    mod changelog_document;
    mod changelog_history;
    mod changelog_versions;
    mod command;
    mod compose;
    mod config;
    mod deploy_decide;
    mod foreign;
    mod gate;
    mod gate_parts;
    mod gate_properties;
    mod host;
    mod journal;
    mod place;
    mod report;
    mod rollback;
    mod settle;
    mod smoke;
    mod smoke_wait;
    mod stamp;
}
