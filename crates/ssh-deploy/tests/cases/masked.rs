//! What a program prints of the host's secrets is told to nobody.

use std::fs;

use super::desk::Desk;

#[test]
fn what_a_build_prints_of_the_env_file_is_hidden_everywhere() {
    let mut desk = Desk::new();
    fs::write(desk.site.dir().join(".env"), "DB_PASSWORD=open-sesame-7\nPORT=8080\n").unwrap();
    desk.build = ["sh", "-c", "echo port 8080 with open-sesame-7; exit 3"].map(str::to_owned).into();
    let plan = desk.plan(&desk.commit(), "1.0.0");
    let started = desk.start(&plan);
    assert!(started.stdout.contains("port 8080 with ***"), "{started}");
    assert!(!started.stdout.contains("open-sesame-7"), "{started}");
    let state = desk.state();
    let told = ["journal.jsonl".to_owned(), format!("runs/{}/events.jsonl", plan.run)];
    for file in told.map(|name| state.join(name)) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("open-sesame-7"), "{}", file.display());
    }
}
