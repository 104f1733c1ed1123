//! What is said to PostgreSQL: names quoted once, nothing destroyed before its follower is whole.

use std::fmt::Write as _;

use serde_json::Value;

use super::talk::Counts;

/// What sessions of ours are called.
pub const OURS: &str = "shiplane-backup";

/// Longest name of a database in bytes (PostgreSQL, NAMEDATALEN - 1).
const LONGEST: usize = 63;

/// Every table that belongs to somebody, with its rows counted: one number a line.
pub const COUNT: &str = "SELECT format('SELECT count(*) FROM ONLY %I.%I', n.nspname, c.relname) \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\\_%' \
     AND n.nspname <> 'information_schema' ORDER BY 1 \\gexec\n";

/// Another database beside this one, such as `shop_drill`; a long name is cut.
pub fn beside(database: &str, what: &str) -> String {
    let room = LONGEST.saturating_sub(what.len() + 1);
    let mut cut = database.len().min(room);
    while !database.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}_{what}", database.get(..cut).unwrap_or_default())
}

/// The database from which another one is made, renamed or dropped.
pub fn outside(database: &str) -> &'static str {
    if database == "postgres" { "template1" } else { "postgres" }
}

/// Asks how a database was made; its whole row as JSON, whatever this version keeps in it.
pub fn describe(database: &str) -> String {
    format!(
        "SELECT to_jsonb(d) || jsonb_build_object('encoding_name', pg_encoding_to_char(d.encoding), 'owner', \
         pg_get_userbyid(d.datdba), 'settings', (SELECT count(*) FROM pg_catalog.pg_db_role_setting s WHERE \
         s.setdatabase = d.oid)) FROM pg_catalog.pg_database d WHERE d.datname = {};\n",
        literal(database)
    )
}

/// Makes an empty database like the one that was described.
pub fn create(name: &str, described: &Value) -> String {
    let text = |key: &str| described.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut sql = format!("CREATE DATABASE {} TEMPLATE template0", identifier(name));
    let mut with = |word: &str, value: Option<String>| {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            write!(sql, " {word} {value}").ok();
        }
    };
    with("OWNER", text("owner").map(identifier));
    with("ENCODING", text("encoding_name").map(literal));
    with("LC_COLLATE", text("datcollate").map(literal));
    with("LC_CTYPE", text("datctype").map(literal));
    let locale = text("datlocale").or_else(|| text("daticulocale")).map(literal);
    match text("datlocprovider") {
        Some("i") => {
            with("LOCALE_PROVIDER", Some("icu".to_owned()));
            with("ICU_LOCALE", locale);
        }
        Some("b") => {
            with("LOCALE_PROVIDER", Some("builtin".to_owned()));
            with("BUILTIN_LOCALE", locale);
        }
        Some(_) | None => {}
    }
    sql + ";\n"
}

/// Removes a database that nobody should be in; one statement each, because dropping stands alone.
pub fn drop_scratch(name: &str) -> [String; 2] {
    [part(name), format!("DROP DATABASE IF EXISTS {};\n", identifier(name))]
}

/// Gives a database a name that no other has.
pub fn rename(from: &str, to: &str) -> String {
    format!("{}ALTER DATABASE {} RENAME TO {};\n", part(from), identifier(from), identifier(to))
}

/// Ends sessions of ours in a database that outlived whoever began them.
pub fn leftovers(database: &str) -> String {
    format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity WHERE datname = {} AND \
         application_name = {} AND pid <> pg_backend_pid();\n",
        literal(database),
        literal(OURS)
    )
}

/// Puts `new` in the place of `old`, which gets the name `aside`, in one instant: renaming waits for nobody who comes
/// meanwhile, and takes place as a whole or not at all.
pub fn swap(old: &str, new: &str, aside: &str) -> String {
    format!(
        "{}{}BEGIN;\nALTER DATABASE {} RENAME TO {};\nALTER DATABASE {} RENAME TO {};\nCOMMIT;\n",
        part(new),
        part(old),
        identifier(old),
        identifier(aside),
        identifier(new),
        identifier(old)
    )
}

/// Ends the sessions in a database.
fn part(database: &str) -> String {
    format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity WHERE datname = {};\n",
        literal(database)
    )
}

/// Databases that were put aside by earlier restores.
pub fn put_aside(database: &str) -> String {
    let pattern =
        beside(database, "before_").replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%") + "%";
    format!(
        "SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE {} ORDER BY 1;\n",
        literal(&pattern)
    )
}

/// The sum of what [`COUNT`] prints.
pub fn counted(output: &str) -> Option<Counts> {
    let numbers: Option<Vec<u64>> =
        output.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| line.parse().ok()).collect();
    let numbers = numbers?;
    let tables = u64::try_from(numbers.len()).ok()?;
    Some(Counts { tables, rows: numbers.iter().fold(0, |sum, rows| sum.saturating_add(*rows)) })
}

/// A name as SQL reads it.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL reads it, whatever `standard_conforming_strings` says.
fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}
