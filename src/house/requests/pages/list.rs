//! The list of calls.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    super::{model::ApiRequest, rpc},
    latency_text, status_text, tone,
};
use crate::{
    kit::{Page, Result},
    paths,
    ui::*,
};

/// The methods on offer as a filter.
const METHODS: [(&str, &str); 5] = [("get", "GET"), ("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")];
const STATUSES: [(&str, &str); 3] = [("2xx", "Done (2xx)"), ("4xx", "Refused (4xx)"), ("5xx", "Failed (5xx)")];
const RANGES: [(&str, &str); 3] = [("hour", "Last hour"), ("day", "Last 24 hours"), ("week", "Last 7 days")];

/// Calls of the last thirty days.
pub struct ApiRequestsPage {
    list: ListState,
    found: Resource<Result<Page<ApiRequest>>>,
}

impl LazyRoute for ApiRequestsPage {
    fn data() -> Self {
        let list = use_list(&["status", "method", "range", "key", "from", "to"]);
        Self { list, found: list.resource(rpc::list_api_requests) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, found } = this;
        let rows = move || {
            found.get().map(|answer| match answer {
                Ok(page) => Answer::Rows(Rows::uncounted(page, |request| row(request, list))),
                Err(error) => error.into(),
            })
        };
        // A filter by caller says the name, if there is a row to take it from.
        let names = move || {
            let caller = found.get().and_then(Result::ok).and_then(|page| page.items.into_iter().next());
            caller.map(|first| vec![("key".to_owned(), first.actor_name)]).unwrap_or_default()
        };
        view! {
            <ListPage
                list=list
                title="API requests"
                intro="Every call of the last 30 days in this mode, newest first. Search by request id, or by the beginning of a path."
                columns=vec![
                    Column::new("Request"),
                    Column::new("Status"),
                    Column::amount("Took"),
                    Column::new("Caller"),
                    Column::new("Time (UTC)"),
                ]
                rows=rows
                extras=move || Extras { counts: vec![], names: names() }
                filters=vec![
                    Filter::choices("status", "Status", &STATUSES),
                    Filter::choices("method", "Method", &METHODS),
                    Filter::choices("range", "Time", &RANGES),
                    Filter::linked("key", "Caller"),
                    Filter::linked("from", "From"),
                    Filter::linked("to", "To"),
                ]
                first_run=FirstRun {
                    title: "No API requests yet",
                    text: "Every call that a program makes with a key of this mode stands here for 30 days: what was asked, what was answered, and how long it took.",
                    action: None,
                    docs: Some("/docs".to_owned()),
                }
            />
        }
        .into_any()
    }
}

fn row(request: ApiRequest, list: ListState) -> Row {
    let status = status_text(&request);
    let refused = request.error_code.clone().map(|code| view! { " " <code>{code}</code> });
    let replayed = request.replayed.then(|| view! { " " <Badge text="Replayed" tone=Tone::Info /> });
    let caller = request.actor_name.clone();
    let only = untrack(|| list.href(&[("key", Some(&request.actor_id))]));
    let name = format!("Only calls of {caller}");
    Row::new(request.id)
        .link(paths::api_request(request.id))
        .cell(
            view! { <span class="call"><code class="call-method">{request.method}</code> " " <code>{request.path}</code></span> },
        )
        .cell(view! { <Badge text=status tone=tone(request.status) /> {refused} {replayed} })
        .cell(view! { <Money text=latency_text(request.latency_us) /> })
        .cell(view! { <a href=only title=name data-noscroll="">{caller}</a> })
        .cell(view! { <Moment at=request.created_at.0 /> })
}
