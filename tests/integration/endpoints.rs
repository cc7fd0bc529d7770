//! Services that are down, or do not want to hear it.

use crate::support::{AUTH, Answer, Fault, GROUP, Judge, Recorded, Site};
use serde_json::{Value, json};

fn site_with_vm() -> (Site, Judge, String) {
    let site = Site::start(&["a"]);
    let mut ids = site.add("a", &["A", "other"]);
    let judge = Judge::settle(&site, &[(1, &["A"])]);
    (site, judge, ids.swap_remove(0))
}

fn bodies(posts: &[Recorded]) -> Vec<Value> {
    posts.iter().map(Recorded::json).collect()
}

#[test]
fn an_endpoint_that_is_down_for_three_passes_hears_all_in_order_with_the_same_bytes() {
    let (site, mut judge, vm) = site_with_vm();
    for path in [AUTH, GROUP] {
        let later = Answer::RetryAfter(503, "3600".to_owned());
        site.endpoints.answer_always(path, later);
    }
    for (pass, name) in ["B", "C", "C"].iter().enumerate() {
        site.rename("a", &vm, name);
        if pass == 2 {
            site.endpoints_proxy.set(Fault::Refuse);
        }
        let output = site.sync();
        output
            .assert_code(5)
            .assert_report("/notifications/sent", 0)
            .assert_report("/notifications/pending", if pass == 0 { 1 } else { 2 });
        judge.after(&site, &output);
    }
    let refused = site.endpoints.requests_to(AUTH);
    assert!(!refused.is_empty(), "it was tried");
    site.heal();
    let output = site.sync();
    output.assert_code(0).assert_report("/notifications/pending", 0);
    judge.after(&site, &output);
    let delivered = site.endpoints.requests_to(AUTH).split_off(refused.len());
    let expected = [
        json!({"name": "A", "new_name": "B"}),
        json!({"name": "B", "new_name": "C"}),
    ];
    assert_eq!(bodies(&delivered), expected);
    let of_first = |post: &Recorded| (post.body.clone(), post.header("Idempotency-Key").map(str::to_owned));
    for post in &refused {
        assert_eq!(
            of_first(post),
            of_first(&delivered[0]),
            "it was sent with other bytes before"
        );
    }
    let group = bodies(&site.endpoints.requests_to(GROUP));
    let [.., first, second] = group.as_slice() else {
        panic!("the group service heard of both: {group:?}")
    };
    let renames = [&first["vms"], &second["vms"]].map(|vms| vms.as_array().map_or(0, Vec::len));
    assert_eq!(renames.iter().sum::<usize>(), 2, "{group:?}");
    judge.converge(&site);
}

#[test]
fn what_a_service_rejects_for_three_passes_is_shown_and_no_longer_blocks() {
    let (site, mut judge, vm) = site_with_vm();
    site.endpoints.answer_always(AUTH, Answer::Status(422));
    site.rename("a", &vm, "B");
    for pass in 1..=5 {
        let output = site.sync();
        let rejected = pass >= 3;
        output.assert_report("/notifications/rejected", usize::from(rejected));
        output.assert_code(if rejected { 0 } else { 5 });
        judge.after(&site, &output);
    }
    assert_eq!(site.endpoints.requests_to(AUTH).len(), 3, "then daily");
    // Newer ones go out all the same.
    site.endpoints.answer_always(AUTH, Answer::Status(200));
    let other = site
        .host("a")
        .simulator
        .inventory(|inventory| inventory.ids("VirtualMachine")[1].clone());
    site.rename("a", &other, "another");
    let output = site.sync();
    output.assert_code(0).assert_report("/notifications/rejected", 1);
    judge.after(&site, &output);
    let last = site.endpoints.requests_to(AUTH).pop().expect("a post").json();
    assert_eq!(last, json!({"name": "other", "new_name": "another"}));
}
