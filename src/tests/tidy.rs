//! House rules that a program can check, over the source itself.

use std::path::Path;

/// Longest source file, lines.
const FILE_LINES_MAX: usize = 550;
/// Longest function, lines.
const FUNCTION_LINES_MAX: usize = 75;
/// The wings in the order in which they may import: each only those before it.
const WINGS: &[&str] = &["house", "catalog", "people", "ledger", "billing", "collecting", "outward", "insight"];
/// Words of one engine only; see the table in the layout's chapter on SQL.
const BANNED_SQL: &[&str] = &[
    "now()",
    "date_trunc",
    "strftime",
    "ilike",
    "group_concat",
    "string_agg",
    "generate_series",
    "for update",
    "greatest(",
    "json_extract",
    "->>",
];

/// Every source file below `src`, as (path, text).
pub fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    assert!(found.len() > 40, "the search for sources is broken");
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Runs a check over every source and fails with all that it found.
fn check(rule: &str, find: impl Fn(&str, &str) -> Vec<String>) {
    let broken: Vec<String> = sources().iter().flat_map(|(path, text)| find(path, text)).collect();
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

#[test]
fn files_are_short() {
    check("a long file is cut by verb", |path, text| {
        let lines = text.lines().count();
        (lines > FILE_LINES_MAX).then(|| format!("{path}: {lines} lines")).into_iter().collect()
    });
}

#[test]
fn functions_are_short() {
    check("a long function is cut", |path, text| {
        let mut broken = Vec::new();
        let mut open: Option<(usize, usize, &str)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let code = line.trim_start();
            if open.is_none()
                && (code.starts_with("fn ") || code.contains(" fn "))
                && !code.starts_with("//")
                && !code.ends_with(';')
                && !code.ends_with('}')
            {
                open = Some((number, indent, code));
            }
            if let Some((start, depth, name)) = open
                && indent == depth
                && code == "}"
            {
                if number - start > FUNCTION_LINES_MAX {
                    broken.push(format!("{path}:{}: {} lines: {name}", start + 1, number - start));
                }
                open = None;
            }
        }
        broken
    });
}

#[test]
fn every_module_tells_its_story() {
    check("a file begins with what it is", |path, text| {
        (!text.starts_with("//!")).then(|| path.to_owned()).into_iter().collect()
    });
}

#[test]
fn features_are_chosen_on_mod_lines() {
    check("cfg(feature) stands on mod lines and derives only", |path, text| {
        let lines: Vec<&str> = text.lines().collect();
        let mut broken = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let next = lines.get(number + 1).copied().unwrap_or_default().trim_start();
            let on_mod =
                ["#[path", "mod ", "pub mod ", "pub(crate) mod ", "pub use ", "use "].iter().any(|word| next.starts_with(word));
            if line.trim_start().starts_with("#[cfg(feature") && !on_mod {
                broken.push(format!("{path}:{}", number + 1));
            }
        }
        broken
    });
}

/// What a file imports of this crate, by the first name of each path; grouped imports are taken apart.
fn imports(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split("crate::").skip(1) {
        let Some(group) = part.strip_prefix('{') else {
            found.extend(part.split(|c: char| !c.is_alphanumeric() && c != '_').next());
            continue;
        };
        let (mut depth, mut begins) = (1, 0);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 || (depth == 1 && c == ',') {
                let path = group[begins..at].trim();
                found.extend(path.split(|c: char| !c.is_alphanumeric() && c != '_').next());
                begins = at + 1;
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

/// What a file imports that it must not.
fn forbidden_imports(path: &str, text: &str) -> Vec<String> {
    let home = path.split('/').nth(1).unwrap_or_default();
    let allowed = match WINGS.iter().position(|wing| *wing == home) {
        Some(at) => &WINGS[..=at],
        None if home == "kit" || home == "ui" => &WINGS[..0],
        None => return vec![],
    };
    let later = WINGS.iter().filter(|wing| !allowed.contains(wing)).copied();
    let forbidden: Vec<&str> = later.chain(["revenuecat"]).chain((home == "kit").then_some("ui")).collect();
    let broken = imports(text).into_iter().filter(|name| forbidden.contains(name));
    broken.map(|name| format!("{path} imports {name}")).collect()
}

#[test]
fn wings_import_one_way() {
    let bad = "use crate::{\n    args,\n    catalog::{prices, products::model},\n    ui::*,\n};\nuse crate::billing;";
    assert_eq!(forbidden_imports("src/kit/x.rs", bad).len(), 3, "the check finds grouped imports");
    assert_eq!(forbidden_imports("src/catalog/x.rs", bad), ["src/catalog/x.rs imports billing"]);
    check("a wing imports only wings before it, kit and ui", forbidden_imports);
}

#[test]
fn sql_keeps_to_the_common_subset() {
    check("these words are known to one engine only", |path, text| {
        if path.starts_with("src/tests/") || path.starts_with("src/kit/db/") || path.starts_with("src/ui/") {
            return vec![];
        }
        let sql = text.split('"').skip(1).step_by(2).filter(|literal| {
            ["select ", "insert ", "update ", "delete "].iter().any(|verb| literal.trim_start().starts_with(verb))
        });
        sql.flat_map(|literal| {
            BANNED_SQL.iter().filter(|word| literal.contains(**word)).map(|word| format!("{path}: {word}")).collect::<Vec<_>>()
        })
        .collect()
    });
}

#[test]
fn engines_are_known_to_the_database_folder_only() {
    check("nobody outside kit/db asks which engine runs", |path, text| {
        let knows = path.starts_with("src/kit/db/")
            || path.starts_with("src/tests/")
            || path == "src/kit/config.rs"
            || path == "src/main.rs";
        let named = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .any(|line| line.contains("Sqlite") || line.contains("Postgres"));
        (!knows && named).then(|| path.to_owned()).into_iter().collect()
    });
}

/// The tables of merchants, as the migrations make them.
fn tenant_tables() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let text = files.collect::<Vec<_>>().join("\n");
    let tables =
        text.split("create table ").skip(1).filter(|rest| rest.split(") strict").next().unwrap().contains("live integer"));
    tables.map(|rest| rest.split([' ', '(']).next().unwrap().to_owned()).collect()
}

/// SQL on a merchant's table that does not bind merchant and mode.
fn unbound<'a>(tables: &[String], text: &'a str) -> Vec<&'a str> {
    let mut broken = Vec::new();
    for literal in text.split('"').skip(1).step_by(2) {
        let words: Vec<&str> =
            literal.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').filter(|w| !w.is_empty()).collect();
        let is_sql = matches!(words.first(), Some(&("select" | "insert" | "update" | "delete" | "with")));
        let names = words.windows(2).filter(|pair| ["from", "join", "update", "into"].contains(&pair[0])).map(|pair| pair[1]);
        let tenant = names.filter(|name| tables.iter().any(|table| table == name)).count() > 0;
        let text = literal.split_whitespace().collect::<Vec<_>>().join(" ");
        let bound = ["merchant_id = $1 and", "(merchant_id, live,", "-- any merchant"].iter().any(|words| text.contains(words));
        if is_sql && tenant && !bound {
            broken.push(literal);
        }
    }
    broken
}

#[test]
fn tenant_tables_are_read_through_the_context() {
    let tables = tenant_tables();
    assert!(["products", "events", "tallies"].iter().all(|table| tables.iter().any(|known| known == table)), "{tables:?}");
    let bad = ["select id from products\n where id = $1", "delete from prices", "select 1 from x join prices on true"];
    for sql in bad {
        assert_eq!(unbound(&tables, &format!("\"{sql}\"")), [sql], "the check finds it");
    }
    check("SQL on tenant tables binds merchant and mode first", |path, text| {
        if path.starts_with("src/tests/") || path.starts_with("src/kit/db/") {
            return vec![];
        }
        unbound(&tables, text).into_iter().map(|literal| format!("{path}: {literal}")).collect()
    });
}

#[test]
fn a_request_has_one_unit_of_work() {
    check("a context made of a context keeps its unit: cx.system()", |path, text| {
        let lost = text.contains("cx.app.system(") || text.contains("transaction!(cx.app");
        (lost && path != "src/tests/tidy.rs").then(|| path.to_owned()).into_iter().collect()
    });
}
