//! The one test binary of this crate.

#[cfg(test)]
mod cases {
    mod approval;
    mod audit;
    mod canary;
    mod canary_data;
    mod canary_logs;
    mod canary_prometheus;
    mod changelog_bump;
    mod changelog_check;
    mod changelog_commit;
    mod changelog_document;
    mod changelog_history;
    mod changelog_versions;
    mod cold;
    mod command;
    mod compose;
    mod config;
    mod deploy_decide;
    mod doctor;
    mod env_file;
    mod fleet;
    mod flow;
    mod foreign;
    mod gate;
    mod gate_in_force;
    mod gate_mutation;
    mod gate_needs;
    mod gate_owners;
    mod gate_parts;
    mod gate_people;
    mod gate_properties;
    mod gate_push;
    mod gate_times;
    mod gate_wait;
    mod holder;
    mod host;
    mod image;
    mod journal;
    mod keep;
    mod manifest;
    mod operations;
    mod place;
    mod recorded;
    mod report;
    mod rollback;
    mod rollback_parts;
    mod runs;
    mod runs_properties;
    mod settle;
    mod smoke;
    mod smoke_wait;
    mod stamp;
    mod tiers;
}
