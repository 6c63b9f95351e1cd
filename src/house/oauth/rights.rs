//! What may be granted: the part of what is asked that somebody has themselves.

use crate::{
    house::{
        api_keys::model::Dialect,
        scopes::{RESOURCES, REVENUECAT, stands_for},
    },
    kit::scopes_allow,
};

/// The rights of a dialect, strongest first.
fn verbs(dialect: Dialect) -> [&'static str; 3] {
    match dialect {
        Dialect::Revkeen => ["*", "write", "read"],
        Dialect::Revenuecat => ["*", "read_write", "read"],
    }
}

/// Everything that a dialect can allow, resource by resource.
pub fn all(dialect: Dialect) -> Vec<String> {
    match dialect {
        Dialect::Revkeen => RESOURCES.iter().map(|resource| format!("{}:*", resource.name)).collect(),
        Dialect::Revenuecat => REVENUECAT.iter().map(|(name, _)| format!("{name}:*")).collect(),
    }
}

/// Of each scope that is asked for, the strongest part that somebody with `held` (our scopes) has.
pub fn narrow(dialect: Dialect, asked: &[String], held: &[String]) -> Vec<String> {
    if held.iter().any(|scope| scope == "*") {
        return asked.to_vec();
    }
    let everything = if asked.iter().any(|scope| scope == "*") { all(dialect) } else { Vec::new() };
    let parts = asked.iter().chain(&everything).filter_map(|scope| strongest(dialect, scope, held));
    let mut granted: Vec<String> = parts.collect();
    granted.sort();
    granted.dedup();
    granted
}

/// What of a request was not granted at all, or not as much as was asked.
pub fn refused(asked: &[String], granted: &[String]) -> Vec<String> {
    asked.iter().filter(|scope| !scopes_allow(granted, scope)).cloned().collect()
}

fn strongest(dialect: Dialect, scope: &str, held: &[String]) -> Option<String> {
    let (name, asked) = scope.rsplit_once(':')?;
    let weaker = verbs(dialect).into_iter().skip_while(|verb| *verb != asked);
    weaker.map(|verb| format!("{name}:{verb}")).find(|part| dialect.knows(part) && has(dialect, name, part, held))
}

/// Whether somebody with `held` has a right, in the words of the dialect.
fn has(dialect: Dialect, name: &str, scope: &str, held: &[String]) -> bool {
    match dialect {
        Dialect::Revkeen => scopes_allow(held, scope),
        Dialect::Revenuecat => {
            let verb = if scope.ends_with(":read") { "read" } else { "write" };
            let needed = stands_for(name);
            !needed.is_empty() && needed.iter().all(|resource| scopes_allow(held, &format!("{resource}:{verb}")))
        }
    }
}

/// Scopes in people's words: "See products", "See and change prices".
pub fn in_words(dialect: Dialect, scopes: &[String]) -> Vec<String> {
    scopes.iter().map(|scope| one_in_words(dialect, scope)).collect()
}

fn one_in_words(dialect: Dialect, scope: &str) -> String {
    let Some((name, verb)) = scope.rsplit_once(':') else {
        return "See and change everything that the API offers".to_owned();
    };
    let label = match dialect {
        Dialect::Revkeen => RESOURCES.iter().find(|resource| resource.name == name).map_or(name, |resource| resource.label),
        Dialect::Revenuecat => name.rsplit(':').next().unwrap_or(name),
    };
    let label = label.replace('_', " ");
    let mut chars = label.chars();
    let label: String = chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect();
    if verb == "read" { format!("See {label}") } else { format!("See and change {label}") }
}
