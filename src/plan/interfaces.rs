//! The network adapters of a VM, and the addresses that its guest has told of them.

use serde_json::Value;

use crate::inventory::Fact;

const MAC: &str = "mac";
const ADDRESSES: &str = "ip_addresses";

/// Takes the adapters over. An adapter that comes without addresses has those that were last known of it, as `hostname`
/// and `addr` are kept while the guest does not report.
pub fn take_interfaces(field: &mut Option<Box<Value>>, fact: &Fact<Value>) {
    match fact {
        Fact::Known(listed) => {
            let mut listed = listed.clone();
            if let Some(stored) = field.as_ref() {
                keep_addresses(stored, &mut listed);
            }
            *field = Some(Box::new(listed));
        }
        Fact::Unset => *field = None,
        Fact::Unread => {}
    }
}

/// An adapter is the same one by its MAC address.
fn keep_addresses(stored: &Value, listed: &mut Value) {
    let stored = stored.as_array().map_or(&[][..], Vec::as_slice);
    let known = |mac: &str| {
        let mut of_mac = stored.iter().filter(|row| row[MAC].as_str() == Some(mac));
        of_mac.next()?.get(ADDRESSES).cloned()
    };
    let rows = listed.as_array_mut().into_iter().flatten();
    for row in rows.filter_map(Value::as_object_mut) {
        if row.contains_key(ADDRESSES) {
            continue;
        }
        if let Some(addresses) = row.get(MAC).and_then(Value::as_str).and_then(known) {
            row.insert(ADDRESSES.to_owned(), addresses);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(stored: Value, listed: &Fact<Value>) -> Option<Value> {
        let mut field = Some(Box::new(stored));
        take_interfaces(&mut field, listed);
        field.map(|value| *value)
    }

    #[test]
    fn the_last_known_addresses_of_an_adapter_are_kept_while_its_guest_does_not_report() {
        let stored = json!([
            {"label": "1", "mac": "a", "connected": true, "ip_addresses": ["192.0.2.7"]},
            {"label": "2", "mac": "b", "ip_addresses": ["192.0.2.8"]},
        ]);
        let off = json!([
            {"label": "2", "mac": "b", "network": "lab"},
            {"label": "1", "mac": "a", "connected": false},
            {"label": "3", "mac": "new"},
            {"label": "4"},
        ]);
        let expected = json!([
            {"label": "2", "mac": "b", "network": "lab", "ip_addresses": ["192.0.2.8"]},
            {"label": "1", "mac": "a", "connected": false, "ip_addresses": ["192.0.2.7"]},
            {"label": "3", "mac": "new"},
            {"label": "4"},
        ]);
        assert_eq!(taken(stored, &Fact::Known(off)), Some(expected));
    }

    #[test]
    fn what_the_guest_reports_counts() {
        let stored = json!([{"mac": "a", "ip_addresses": ["192.0.2.7"]}]);
        for now in [json!([]), json!(["192.0.2.9"])] {
            let listed = json!([{"mac": "a", "ip_addresses": now}]);
            assert_eq!(taken(stored.clone(), &Fact::Known(listed.clone())), Some(listed));
        }
        assert_eq!(taken(stored.clone(), &Fact::Unread), Some(stored.clone()));
        assert_eq!(taken(stored.clone(), &Fact::Unset), None);
        assert_eq!(taken(json!("odd"), &Fact::Known(json!([]))), Some(json!([])));
        assert_eq!(
            taken(stored, &Fact::Known(json!([]))),
            Some(json!([])),
            "the adapter is gone"
        );
    }
}
