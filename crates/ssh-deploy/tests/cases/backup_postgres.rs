//! Backups of a real PostgreSQL: made, tried out, put back; what fails leaves the database as it was.

use std::fs;
use std::process::Stdio;

use shiplane_testkit::ground::{finding, verdict};
use shiplane_testkit::need::need;
use shiplane_testkit::process::Run;
use shiplane_testkit::services::Postgres;

use super::backup_yard::{END, Yard, output, sign};

struct Base {
    yard: Yard,
    postgres: Postgres,
}

impl Base {
    fn new(test: &str) -> Option<Self> {
        need(test, Postgres::available())?;
        let postgres = Postgres::start().unwrap();
        let yard = Yard::new("{ kind: postgres, timeout: 60s }").with_real_programs();
        let text = format!(
            "PGHOST=127.0.0.1\nPGPORT={}\nPGUSER=postgres\nPGPASSWORD=\"not secret\"\nPGDATABASE=shop\nOTHER=1\n",
            postgres.port()
        );
        fs::write(yard.site().join(".env"), text).unwrap();
        let base = Self { yard, postgres };
        base.sql("postgres", "CREATE DATABASE shop");
        base.sql("shop", "CREATE TABLE goods (id serial PRIMARY KEY, name text NOT NULL)");
        base.sql("shop", "INSERT INTO goods (name) SELECT 'thing '||i FROM generate_series(1, 500) i");
        base.sql("shop", "CREATE SCHEMA \"Odd Name\"; CREATE TABLE \"Odd Name\".\"t\"\"x\" (a int)");
        Some(base)
    }

    fn psql(&self, database: &str, statement: &str) -> Run {
        Run::new("psql")
            .args([
                "-X",
                "-At",
                "-h",
                "127.0.0.1",
                "-U",
                "postgres",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
            ])
            .args(["-p", &self.postgres.port().to_string(), "-d", database])
            .env("PGPASSWORD", "not secret")
    }

    fn sql(&self, database: &str, statement: &str) -> String {
        self.psql(database, statement).ok().unwrap().stdout.trim().to_owned()
    }

    fn databases(&self) -> Vec<String> {
        let all = self.sql("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1");
        all.lines().map(str::to_owned).filter(|name| name != "postgres").collect()
    }
}

#[test]
fn a_backup_is_tried_out_and_put_back_and_the_old_database_is_kept() {
    let Some(base) = Base::new("backup_postgres::all") else { return };
    let run = base.yard.backup(&["run"]);
    run.expect(0);
    assert!(!run.stdout.contains("not secret") && !run.stderr.contains("not secret"));
    let name = output(&run, "backup");
    let drill = base.yard.backup(&["drill"]);
    drill.expect(0);
    assert_eq!(
        (output(&drill, "tables"), output(&drill, "rows")),
        ("2".to_owned(), "500".to_owned()),
        "{drill}"
    );
    assert_eq!(base.databases(), ["shop"], "the drill's database is gone");

    base.sql("shop", "DELETE FROM goods WHERE id > 10; CREATE TABLE mistake (a int)");
    // A session that is in the way.
    let mut busy = base.psql("shop", "SELECT pg_sleep(60)").command();
    let mut busy = busy.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let wrong = base.yard.backup(&["restore", &name, "--confirm", "other"]);
    assert_eq!(verdict(wrong.expect(10)).1, ["confirm-differs"]);
    let done = base.yard.backup(&["restore", &name, "--confirm", "shop"]);
    done.expect(0);
    assert_eq!(verdict(&done), ("replaced".to_owned(), Vec::new()), "{done}");
    busy.wait().unwrap();
    assert_eq!(base.sql("shop", "SELECT count(*) FROM goods"), "500");
    let databases = base.databases();
    assert!(databases.len() == 2 && databases[1].starts_with("shop_before_20"), "{databases:?}");
    assert_eq!(base.sql(&databases[1], "SELECT count(*) FROM goods"), "10");
    let safety = finding(&done, "safety-backup")["fact"].as_str().unwrap().to_owned();
    let safety = safety.split(' ').find(|word| word.ends_with(".sql.gz")).unwrap();
    base.yard.backup(&["drill", safety]).expect(0);
    let kinds: Vec<String> = base
        .yard
        .journal()
        .iter()
        .map(|entry| entry["what"]["backup"]["deed"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["backup", "drill", "restore", "drill"]);
    base.sql("shop", "ALTER DATABASE shop SET search_path = 'Odd Name'");
    let again = base.yard.backup(&["restore", &name, "--confirm", "shop"]);
    again.expect(0);
    assert_eq!(verdict(&again).1, ["database-settings-left", "old-databases"]);
    base.sql("postgres", "DROP DATABASE shop");
    let lost = base.yard.backup(&["restore", &name, "--confirm", "shop"]);
    lost.expect(0);
    assert_eq!(verdict(&lost).1, ["database-missing"]);
    assert_eq!(base.sql("shop", "SELECT count(*) FROM goods"), "500");
}

#[test]
fn a_restore_that_fails_leaves_the_database_as_it_was() {
    let Some(base) = Base::new("backup_postgres::fails") else { return };
    let shelf = base.yard.shelf();
    let bad = base.yard.aged(2, true);
    let text = format!("CREATE TABLE goods (id int);\\nINSERT INTO nowhere VALUES (1);\\n{END}");
    Run::new("sh")
        .args(["-c", &format!("printf '{text}' | gzip -c > \"$0\"")])
        .arg(shelf.join(&bad))
        .ok()
        .unwrap();
    sign(&shelf.join(&bad));
    for args in [&["drill", bad.as_str()][..], &["restore", bad.as_str(), "--confirm", "shop"]] {
        let run = base.yard.backup(args);
        run.expect(10);
        assert!(verdict(&run).1.contains(&"restore-failed".to_owned()), "{run}");
        assert!(run.stdout.contains("nowhere"), "psql's own words: {run}");
        assert_eq!(base.databases(), ["shop"]);
        assert_eq!(base.sql("shop", "SELECT count(*) FROM goods"), "500");
    }
    let gone = base.yard.tool(&["backup", "run"]).env("PGPORT", "1");
    fs::write(
        base.yard.site().join(".env"),
        "PGHOST=127.0.0.1\nPGPORT=1\nPGUSER=postgres\nPGDATABASE=shop\n",
    )
    .unwrap();
    let run = gone.run().unwrap();
    run.expect(10);
    assert_eq!(verdict(&run).1, ["dump-failed"]);
}
