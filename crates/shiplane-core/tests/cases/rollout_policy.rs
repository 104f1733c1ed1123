//! What the config says of a rollout, and how long its stages take.

use shiplane_core::config::{self, Config, Hold, NeedsApproval};
use shiplane_core::duration::Span;
use shiplane_core::rollout::{Policy, defaults, totals};

#[test]
fn the_plan_has_its_sums() {
    let sums = totals(&defaults());
    let hours = |span: Span| span.0.as_secs() / 3600;
    assert_eq!((hours(sums.least_to_all), hours(sums.most_to_all)), (15, 38));
    assert_eq!((hours(sums.least), hours(sums.most)), (63, 86));
}

fn policy(rollout: &str) -> Result<Policy, String> {
    let text = format!(
        "environments:\n  production: {{ path: /srv/shop, rollout: {rollout} }}\n  canary: {{ path: /srv/canary }}\n"
    );
    let config: Config = config::parse(&text).map_err(|error| error.to_string())?;
    Policy::resolve("production", &config).map_err(|fault| format!("{}: {fault}", fault.code))
}

#[test]
fn the_config_says_how() {
    let haproxy = "driver: haproxy, canary: canary, socket: /run/h.sock, backend: shop, servers: { stable: a, canary: b }";
    let read = policy(&format!("{{ {haproxy} }}")).unwrap();
    assert_eq!((read.stages, read.canary.as_deref()), (defaults(), Some("canary")));
    let stages = "stages: [{ at: 0, hold: 10m }, { at: 5, hold: 1h..2h, name: few, approval: required }, { at: 100, hold: 48h }]";
    let read = policy(&format!("{{ driver: env-file, {stages} }}")).unwrap();
    let hold = Hold { least: Span::seconds(3600), most: Span::seconds(7200) };
    assert_eq!((read.stages[1].hold, read.stages[1].approval), (hold, Some(NeedsApproval::Required)));
    for (wrong, code) in [
        ("{ driver: haproxy, canary: canary }", "rollout-key-missing"),
        (&format!("{{ {} }}", haproxy.replace("canary: canary, ", "")), "canary-missing"),
        (
            &format!("{{ {} }}", haproxy.replace("canary: canary", "canary: production")),
            "rollout-environment-invalid",
        ),
        (&format!("{{ {} }}", haproxy.replace("canary: canary", "canary: elsewhere")), "elsewhere"),
        (
            &format!("{{ {} }}", haproxy.replace("stable: a", "stable: \"a weight 1\"")),
            "rollout-server-invalid",
        ),
        ("{ driver: env-file, socket: /run/h.sock }", "rollout-key-unused"),
        ("{ driver: command, set: [split], get: [split] }", "rollout-set-invalid"),
        (
            "{ driver: env-file, stages: [{ at: 10, hold: 1h }, { at: 100, hold: 1h }] }",
            "rollout-stages-invalid",
        ),
        (
            "{ driver: env-file, stages: [{ at: 0, hold: 1h }, { at: 50, hold: 1h }] }",
            "rollout-stages-invalid",
        ),
        (
            "{ driver: env-file, stages: [{ at: 0, hold: 1h }, { at: 0, hold: 1h }, { at: 100, hold: 1h }] }",
            "rollout-stages-invalid",
        ),
        ("{ driver: env-file, stages: [{ at: 0, hold: 2h..1h }] }", "ends before it begins"),
        ("{ driver: env-file, stages: [{ at: 0, hold: soon }] }", "is not a duration"),
    ] {
        let error = policy(wrong).unwrap_err();
        assert!(error.contains(code), "{wrong}: {error}");
    }
}
