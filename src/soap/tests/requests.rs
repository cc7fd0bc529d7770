//! Requests as they go over the wire.

use super::*;

fn text(request: &Request) -> &str {
    std::str::from_utf8(&request.body).expect("UTF-8")
}

fn collector() -> ManagedObjectReference {
    ManagedObjectReference::new("PropertyCollector", "ha-property-collector")
}

#[test]
fn a_query_over_a_view_and_single_objects() {
    let view = ManagedObjectReference::new("ContainerView", "session[5]a");
    let query = Query {
        specs: &[
            PropertySpec::of("VirtualMachine", &["name", "config.new"]),
            PropertySpec::of("Folder", &["parent"]),
            PropertySpec::of_root(&["triggeredAlarmState"]),
        ],
        dropped: &["config.new"],
        view: Some(&view),
        singles: &[ManagedObjectReference::new("Folder", "ha-folder-root")],
        root: Some(&ManagedObjectReference::new("Folder", "ha-folder-root")),
        max_objects: 1000,
    };
    let expected = concat!(
        r#"<RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">ha-property-collector</_this><specSet>"#,
        "<propSet><type>VirtualMachine</type><all>false</all><pathSet>name</pathSet></propSet>",
        "<propSet><type>Folder</type><all>false</all><pathSet>parent</pathSet></propSet>",
        r#"<objectSet><obj type="ContainerView">session[5]a</obj><skip>true</skip><selectSet xsi:type="TraversalSpec"><name>view</name><type>ContainerView</type><path>view</path><skip>false</skip></selectSet></objectSet>"#,
        r#"<objectSet><obj type="Folder">ha-folder-root</obj><skip>false</skip></objectSet>"#,
        "</specSet><specSet><propSet><type>Folder</type><all>false</all><pathSet>triggeredAlarmState</pathSet></propSet>",
        r#"<objectSet><obj type="Folder">ha-folder-root</obj><skip>false</skip></objectSet>"#,
        "</specSet><options><maxObjects>1000</maxObjects></options></RetrievePropertiesEx></soapenv:Body></soapenv:Envelope>"
    );
    assert!(text(&request::retrieve_properties_ex(&collector(), &query)).ends_with(expected));
}

#[test]
fn a_view_of_several_kinds() {
    let manager = ManagedObjectReference::new("ViewManager", "ViewManager");
    let root = ManagedObjectReference::new("Folder", "group-d1");
    let request = request::create_container_view(&manager, &root, &["VirtualMachine", "HostSystem"]);
    assert!(text(&request).contains(r#"<container type="Folder">group-d1</container><type>VirtualMachine</type><type>HostSystem</type><recursive>true</recursive>"#));
}

#[test]
fn a_password_is_escaped_and_fits_the_first_buffer() {
    let manager = ManagedObjectReference::new("SessionManager", "ha-sessionmgr");
    let password = "a#b:c@d%e&f<g>\"'ü\r\n".repeat(500);
    let request = request::login(&manager, "DOM\\user&", &password);
    assert!(
        text(&request)
            .contains("<userName>DOM\\user&amp;</userName><password>a#b:c@d%e&amp;f&lt;g&gt;&quot;&apos;ü&#13;&#10;a")
    );
    assert_eq!(
        request.body.capacity(),
        2048 + 6 * (password.len() + "DOM\\user&".len()),
        "no copy was left behind"
    );
}

#[test]
fn every_request_is_well_formed_and_bears_its_method() {
    let object = ManagedObjectReference::new("A\"<&", "b<&>");
    let requests = [
        request::retrieve_service_content(),
        request::current_time(),
        request::login(&object, "<", "&"),
        request::logout(&object),
        request::session_is_active(&object, "<", "&"),
        request::create_container_view(&object, &object, &["<"]),
        request::destroy_view(&object),
        request::continue_retrieve_properties_ex(&object, "<&"),
        request::cancel_retrieve_properties_ex(&object, "<&"),
    ];
    for request in requests {
        // A request has the shape of an answer, but for the name of its element.
        let error = read_returnval(&request.body, "X", &Limits::default()).expect_err("no response");
        assert_eq!(
            error,
            DecodeError::Unexpected {
                expected: "XResponse".into(),
                found: request.method.into()
            }
        );
        let answer = text(&request).replace(request.method, "XResponse");
        assert_eq!(
            read_returnval(answer.as_bytes(), "X", &Limits::default()),
            Ok(Ok(None)),
            "{answer}"
        );
    }
}
