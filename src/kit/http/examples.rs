//! An example that runs, for every operation.
//!
//! Bodies come from the nouns ([`Routes::example`](super::Routes::example)); the rest is read off
//! the document: a path parameter takes the first object of the list it stands below, and a member
//! of the body that reads `{product_id}` the first of the list of products.

use serde_json::{Value, json};

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// Adds to every operation a shell script that runs it, as `x-codeSamples`. It reads the server's
/// address from `MERX` and an API key from `KEY`, and needs curl and jq.
pub fn add(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let lists: Vec<String> = paths.iter().filter(|(_, item)| item.get("get").is_some()).map(|(path, _)| path.clone()).collect();
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                let source = script(method, path, operation, &lists);
                operation["x-codeSamples"] = json!([{ "lang": "shell", "label": "curl", "source": source }]);
            }
        }
    }
}

fn script(method: &str, path: &str, operation: &Value, lists: &[String]) -> String {
    let bearer = operation.pointer("/security/0/bearer").is_some();
    let header = if bearer { "Authorization: Bearer $KEY" } else { "x-api-key: $KEY" };
    let (mut lines, mut url, mut template) = (Vec::new(), String::new(), String::new());
    for part in path.split('/').skip(1) {
        let value = match parameter(part) {
            None => part.to_owned(),
            Some(name) if lists.contains(&template) => {
                // What is newest is the least likely to be in use.
                let newest = method == "delete" && path.ends_with(part);
                lines.push(one_of(name, &url, header, newest));
                format!("${}", name.to_uppercase())
            }
            Some(name) => example(operation, name).to_owned(),
        };
        url.push_str(&format!("/{value}"));
        template.push_str(&format!("/{part}"));
    }
    let verb = if method == "get" { String::new() } else { format!("-X {} ", method.to_uppercase()) };
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    let mut data = if body.is_null() { String::new() } else { data(body) };
    for name in body.as_object().into_iter().flatten().filter_map(|(_, value)| parameter(value.as_str()?)) {
        let Some(list) = list_of(name, path, lists) else { continue };
        lines.push(one_of(name, &with_variables(list), header, false));
        data = data.replace(&format!("{{{name}}}"), &format!("'\"${}\"'", name.to_uppercase()));
    }
    lines.push(format!("curl -fsS {verb}\"$MERX{url}\" -H \"{header}\"{data}"));
    lines.join("\n")
}

/// Puts the id of a list's first or newest object into the variable named like the parameter.
fn one_of(name: &str, url: &str, header: &str, newest: bool) -> String {
    let (query, pick) = if newest { ("?limit=100", " | max_by(.created_at)") } else { ("", "[0]") };
    format!("{}=$(curl -fsS \"$MERX{url}{query}\" -H \"{header}\" | jq -r '(.data // .items){pick}.id')", name.to_uppercase())
}

/// The list that `product_id` is of: the closest to the path that ends in `/products`.
fn list_of<'a>(name: &str, path: &str, lists: &'a [String]) -> Option<&'a String> {
    let ending = format!("/{}s", name.strip_suffix("_id")?);
    let known = |list: &&String| list.split('/').filter_map(parameter).all(|name| path.contains(&format!("{{{name}}}")));
    lists.iter().filter(|list| list.ends_with(&ending)).filter(known).max_by_key(|list| list.len())
}

fn with_variables(template: &str) -> String {
    let parts =
        template.split('/').map(|part| parameter(part).map_or(part.to_owned(), |name| format!("${}", name.to_uppercase())));
    parts.collect::<Vec<_>>().join("/")
}

/// The name inside the braces.
fn parameter(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

fn data(body: &Value) -> String {
    let text = format!("{body:#}").replace('\'', r"'\''");
    format!(" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{text}'")
}

/// The example that the handler gives for a path parameter.
fn example<'a>(operation: &'a Value, name: &'a str) -> &'a str {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut named = parameters.filter(|parameter| parameter["in"] == "path" && parameter["name"] == name);
    named.find_map(|parameter| parameter["example"].as_str()).unwrap_or(name)
}
