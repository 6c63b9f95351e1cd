//! Projects: a merchant in one mode, and which keys reach it.

use merx::{house::api_keys, kit::Mode};
use serde_json::{Value, json};

use super::{Api, World, caller, id, is_short_id, refused};

#[tokio::test]
async fn a_merchant_in_a_mode_is_a_project() {
    let world = World::new().await;
    let test = world.revenuecat().await;
    let list = test.get("/v2/projects").await.expect(200).body;
    assert_eq!(list["object"], "list");
    assert_eq!(list["url"], "/v2/projects");
    assert!(list.as_object().unwrap().contains_key("next_page") && list["next_page"].is_null());
    let project = &list["items"][0];
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(project["object"], "project");
    assert_eq!(project["name"], "My business");
    assert!(is_short_id(&id(project), "proj", 8), "{project}");
    assert!(project["created_at"].as_i64().unwrap() > 1_600_000_000_000);
    let live = world.revenuecat_with(Mode::Live, &[]).await.project().await;
    assert_ne!(live, id(project));
}

#[tokio::test]
async fn the_key_that_made_a_project_reaches_it_and_no_other_does() {
    let world = World::new().await;
    let (maker, other) = (world.revenuecat().await, world.revenuecat().await);
    let made = maker.post("/v2/projects", json!({ "name": "Second" })).await.expect(200).body;
    assert_eq!(made["name"], "Second");
    let apps = format!("/v2/projects/{}/apps", id(&made));
    let app = json!({ "name": "Roku", "type": "roku" });
    assert_eq!(maker.post(&apps, app.clone()).await.expect(201).body["project_id"], made["id"]);
    assert_eq!(maker.get(&apps).await.expect(200).body["items"].as_array().unwrap().len(), 2);
    refused(&other.get(&apps).await, 403, "authorization_error", None);

    let own = maker.project().await;
    let names = |list: &Value| list["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
    let both = maker.get("/v2/projects").await.expect(200).body;
    assert_eq!(names(&both), [own.clone(), id(&made)]);
    let first = maker.get("/v2/projects?limit=1").await.expect(200).body;
    assert_eq!(first["next_page"], format!("/v2/projects?starting_after={own}&limit=1"));
    let second = maker.get(first["next_page"].as_str().unwrap()).await.expect(200).body;
    assert_eq!((names(&second), &second["next_page"]), (vec![id(&made)], &Value::Null));
    assert_eq!(names(&other.get("/v2/projects").await.expect(200).body), [own]);

    // Page by page, however many there are.
    let more = ["Third", "Fourth", "Fifth"];
    for name in more {
        maker.post("/v2/projects", json!({ "name": name })).await.expect(200);
    }
    let (mut found, mut next) = (Vec::new(), "/v2/projects?limit=2".to_owned());
    while !next.is_empty() {
        let page = maker.get(&next).await.expect(200).body;
        found.extend(page["items"].as_array().unwrap().iter().map(|project| project["name"].as_str().unwrap().to_owned()));
        next = page["next_page"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(found, ["My business", "Second", "Third", "Fourth", "Fifth"]);
    let unknown = other.get(&format!("/v2/projects?starting_after={}", id(&made))).await;
    refused(&unknown, 400, "parameter_error", Some("starting_after"));

    // A key that takes its place reaches the same.
    let merchant: String = world.app.db.one("select id from merchants order by created_at, id limit 1", vec![]).await.unwrap();
    let cx = world.app.system(merchant.parse().unwrap(), Mode::Test);
    let key: String = world.app.db.one("select key_id from key_merchants limit 1", vec![]).await.unwrap();
    let rolled = api_keys::ops::roll(&cx, key.parse().unwrap(), 1).await.unwrap();
    let rolled = Api { world: &world, key: Some(rolled.secret) };
    for key in [&maker, &rolled] {
        key.get(&apps).await.expect(200);
    }

    // Its apps are nobody else's.
    let mine = caller(&world).await;
    let strange = maker.post(&apps, app).await.expect(201).body;
    refused(&mine.get(&format!("/apps/{}", id(&strange))).await, 404, "resource_missing", None);
    let owners: i64 = world.app.db.one("select count(*) from members where role = 'owner'", vec![]).await.unwrap();
    assert_eq!(owners, 5, "the owner owns all");
    let joined: i64 = world.app.db.one("select count(*) from events where type = 'member.joined'", vec![]).await.unwrap();
    assert_eq!(joined, 5, "and the history of each says since when");
    refused(&maker.post("/v2/projects", json!({ "name": " " })).await, 400, "parameter_error", Some("name"));
}
