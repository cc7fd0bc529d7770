//! The shapes on the wire: cookies, faults, pages, tokens, names.

mod support;

use simulator::{Config, Simulator, VmSpec};
use support::{Client, between};

async fn with_vms(config: Config, number: usize) -> Simulator {
    let simulator = Simulator::start(config).await.unwrap();
    simulator.inventory(|inventory| {
        for index in 0..number {
            inventory.add_vm(&VmSpec::new(&format!("vm{index}")));
        }
    });
    simulator
}

#[tokio::test]
async fn a_session_begins_with_a_quoted_cookie_and_ends_with_logout() {
    let simulator = with_vms(Config::esxi("esx1"), 0).await;
    let mut client = Client::new(&simulator);
    let (user, password) = simulator.credentials();
    let answer = client.login(&user, &password).await.unwrap();
    let cookie = between(&answer.head, "set-cookie: ", "\r\n").unwrap();
    let value = between(cookie, "vmware_soap_session=\"", "\"; Path=/; HttpOnly; Secure;");
    assert!(value.unwrap().chars().all(|digit| digit.is_ascii_hexdigit()));
    assert!(answer.body.contains("<userName>root</userName>"), "{}", answer.body);
    assert_eq!(simulator.open_sessions(), 1);
    let again = client.login(&user, &password).await.unwrap();
    assert!(again.body.contains("xsi:type=\"InvalidState\""), "{}", again.body);
    assert_eq!(client.logout().await.unwrap().status, 200);
    assert_eq!(simulator.open_sessions(), 0);
    let late = client.logout().await.unwrap();
    assert_eq!(late.status, 500);
    assert!(
        late.body
            .contains("<NotAuthenticatedFault xmlns=\"urn:vim25\" xsi:type=\"NotAuthenticated\">")
    );
    let call = &simulator.calls()[0];
    assert_eq!((call.method.as_str(), call.user_agent.as_str()), ("Login", "probe/1"));
    assert_eq!(call.soap_action, "\"urn:vim25/6.0\"");
}

#[tokio::test]
async fn a_wrong_password_is_invalid_login_and_locks_the_account() {
    let simulator = with_vms(Config::esxi("esx1"), 0).await;
    let mut client = Client::new(&simulator);
    for _ in 0..5 {
        let answer = client.login("root", "wrong").await.unwrap();
        assert_eq!(answer.status, 500);
        let fault = between(&answer.body, "<soapenv:Fault>", "</soapenv:Fault>").unwrap();
        assert_eq!(
            fault,
            "<faultcode>ServerFaultCode</faultcode><faultstring>Cannot complete login due to an incorrect user name or \
             password.</faultstring><detail><InvalidLoginFault xmlns=\"urn:vim25\" xsi:type=\"InvalidLogin\">\
             </InvalidLoginFault></detail>"
        );
    }
    let (user, password) = simulator.credentials();
    assert!(simulator.is_locked());
    assert_eq!(client.login(&user, &password).await.unwrap().status, 500);
    simulator.unlock();
    assert_eq!(client.login(&user, &password).await.unwrap().status, 200);
    assert_eq!(simulator.login_attempts(), 7);
}

#[tokio::test]
async fn nothing_is_read_without_a_session() {
    let simulator = with_vms(Config::vcenter("vc1"), 1).await;
    let client = Client::new(&simulator);
    let answer = client.retrieve("session[1]2", &["name"], "").await.unwrap();
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("The session is not authenticated."));
}

#[tokio::test]
async fn pages_hold_a_hundred_objects_and_tokens_count_from_zero() {
    let simulator = with_vms(Config::esxi("esx1"), 201).await;
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    for options in ["", "<maxObjects>1000</maxObjects>"] {
        let first = client.retrieve(&view, &["name"], options).await.unwrap();
        assert_eq!(first.body.matches("<objects>").count(), 100, "{options}");
    }
    let pages = client.all(&view, &["name"]).await;
    let counts: Vec<_> = pages.iter().map(|page| page.matches("<objects>").count()).collect();
    assert_eq!(counts, [100, 100, 1]);
    let small = client
        .retrieve(&view, &["name"], "<maxObjects>7</maxObjects>")
        .await
        .unwrap();
    assert_eq!(small.body.matches("<objects>").count(), 7);

    let fresh = Client::logged_in(&simulator).await;
    let view = fresh.view(&["VirtualMachine"]).await;
    let pages = fresh.all(&view, &["name"]).await;
    let tokens: Vec<_> = pages.iter().map(|page| between(page, "<token>", "<")).collect();
    assert_eq!(tokens, [Some("0"), Some("1"), None]);
}

#[tokio::test]
async fn a_used_or_cancelled_token_is_an_invalid_argument() {
    let simulator = with_vms(Config::esxi("esx1"), 150).await;
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    client.all(&view, &["name"]).await;
    let used = client.go_on("0").await.unwrap();
    assert!(
        used.body.contains("<invalidProperty>token</invalidProperty>"),
        "{}",
        used.body
    );
    let page = client.retrieve(&view, &["name"], "").await.unwrap();
    let token = between(&page.body, "<token>", "<").unwrap();
    let content = format!("<token>{token}</token>");
    let cancelled = client.collector("CancelRetrievePropertiesEx", &content).await.unwrap();
    assert_eq!(cancelled.status, 200);
    assert_eq!(client.go_on(token).await.unwrap().status, 500);
}

#[tokio::test]
async fn an_unknown_path_fails_the_whole_call() {
    let simulator = with_vms(Config::esxi("esx1"), 1).await;
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    let answer = client.retrieve(&view, &["name", "config.uid"], "").await.unwrap();
    assert_eq!(answer.status, 500);
    let fault = "xsi:type=\"InvalidProperty\"><name>config.uid</name>";
    assert!(answer.body.contains(fault), "{}", answer.body);
    assert_eq!(
        client.retrieve(&view, &["config.firmware"], "").await.unwrap().status,
        200
    );
    simulator.inventory(|inventory| inventory.forget_path("VirtualMachine", "config.firmware"));
    assert_eq!(
        client.retrieve(&view, &["config.firmware"], "").await.unwrap().status,
        500
    );
}

#[tokio::test]
async fn an_empty_result_has_no_returnval() {
    let simulator = with_vms(Config::esxi("esx1"), 0).await;
    let client = Client::logged_in(&simulator).await;
    let view = client.view(&["VirtualMachine"]).await;
    let answer = client.retrieve(&view, &["name"], "").await.unwrap();
    let empty = "<RetrievePropertiesExResponse xmlns=\"urn:vim25\"></RetrievePropertiesExResponse>";
    assert!(answer.body.contains(empty), "{}", answer.body);
}

#[tokio::test]
async fn the_two_kinds_of_server_differ_where_real_ones_do() {
    let esxi = with_vms(Config::esxi("esx1"), 0).await;
    let vcenter = with_vms(Config::vcenter("vc1"), 0).await;
    for (simulator, about, has_uuid, active) in [
        (&esxi, "HostAgent", false, "xsi:type=\"NotSupported\""),
        (&vcenter, "VirtualCenter", true, "<returnval>true<"),
    ] {
        let client = Client::logged_in(simulator).await;
        let this = "ServiceInstance:ServiceInstance";
        let content = client.call("RetrieveServiceContent", this, "").await.unwrap().body;
        assert_eq!(between(&content, "<apiType>", "<"), Some(about));
        assert_eq!(content.contains("<instanceUuid>"), has_uuid);
        let manager = between(&content, "<sessionManager type=\"SessionManager\">", "<").unwrap();
        let session = "<specSet><propSet><type>SessionManager</type><pathSet>currentSession.key</pathSet></propSet>";
        let object = format!("<objectSet><obj type=\"SessionManager\">{manager}</obj></objectSet></specSet>");
        let key = client
            .collector("RetrievePropertiesEx", &format!("{session}{object}"))
            .await
            .unwrap();
        let key = between(&key.body, "<val xsi:type=\"xsd:string\">", "<")
            .unwrap()
            .to_owned();
        let content = format!("<sessionID>{key}</sessionID><userName>u</userName>");
        let this = format!("SessionManager:{manager}");
        let answer = client.call("SessionIsActive", &this, &content).await.unwrap();
        assert!(answer.body.contains(active), "{}", answer.body);
    }
}

#[tokio::test]
async fn what_is_no_call_of_this_server_is_refused() {
    let simulator = with_vms(Config::esxi("esx1"), 0).await;
    let client = Client::logged_in(&simulator).await;
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    for body in ["", "<a/>", "<a>", "no xml", "<a>&nothing;</a>", &deep] {
        let answer = client.post(body).await.unwrap();
        assert_eq!(answer.status, 500, "{body}");
        assert!(answer.body.contains("xsi:type=\"InvalidRequest\""), "{body}");
    }
    let unknown = client.call("PowerOffVM_Task", "VirtualMachine:1", "").await.unwrap();
    assert!(unknown.body.contains("ManagedObjectNotFound"), "{}", unknown.body);
    let unknown = client.call("Nothing", "Folder:ha-folder-root", "").await.unwrap();
    assert!(unknown.body.contains("Unable to resolve WSDL method name Nothing"));
    assert_eq!(client.get("/").await.unwrap().status, 404);
    let versions = client.get("/sdk/vimServiceVersions.xml").await.unwrap();
    assert!(
        versions.body.contains("<version>7.0.3.0</version>"),
        "{}",
        versions.body
    );
}
