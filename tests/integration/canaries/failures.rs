//! What goes wrong, one table: how it is brought about, and how a pass may end then.

use super::marks;
use super::world::{HOMES, World, secret_of};
use crate::support::{Answer, Fault as NetFault, Redis};
use bson::doc;
use serde_json::{Value, json};
use simulator::{Connections, Effect, Expiry, Fault, Reflection};

/// Returns a server that is only for the failure.
type Strike = dyn Fn(&World) -> Option<Redis> + Send + Sync;

pub struct Failure {
    pub name: String,
    strike: Box<Strike>,
    /// Exit codes of `sync all`.
    pub codes: &'static [i32],
}

impl Failure {
    fn new(name: &str, codes: &'static [i32], strike: impl Fn(&World) + Send + Sync + 'static) -> Self {
        let strike = move |world: &World| {
            strike(world);
            None
        };
        Self {
            name: name.to_owned(),
            strike: Box::new(strike),
            codes,
        }
    }

    fn redis(name: &str, options: &'static [&'static str]) -> Self {
        let strike = Box::new(|world: &World| Some(other_redis(world, options)));
        Self {
            name: name.to_owned(),
            strike,
            codes: &[6],
        }
    }

    /// Brings it about; a server that is only for it ends with what is returned.
    #[must_use]
    pub fn strike(&self, world: &World) -> Option<Redis> {
        (self.strike)(world)
    }
}

/// Of the sources, and of nothing.
pub fn at_the_sources() -> Vec<Failure> {
    let mut all = vec![Failure::new("all is well", &[0], |_| ())];
    all.extend(reflections());
    all.extend(of_sources());
    all
}

/// Of what lies behind them.
pub fn at_the_services() -> Vec<Failure> {
    let mut all = of_mongodb();
    all.extend(of_redis());
    all.extend(of_endpoints());
    all
}

/// A server that repeats what it is told: a password at the login, a cookie and a session's key later. Each source does
/// so in another way, so that two failures have all ways.
fn reflections() -> Vec<Failure> {
    let reflect = |method: &'static str, turn: usize, codes| {
        Failure::new(&format!("{method} repeated ({turn})"), codes, move |world| {
            for (number, source) in world.sources.iter().enumerate() {
                let reflection = Reflection::ALL[(2 * number + turn) % Reflection::ALL.len()];
                source.simulator.script(Fault::on(method, Effect::Reflect(reflection)));
            }
        })
    };
    let both = |method, codes| [0, 1].map(|turn| reflect(method, turn, codes));
    let mut all = Vec::from(both("Login", &[69, 77]));
    all.extend(both("RetrievePropertiesEx", &[3, 69, 77]));
    all.extend(both("CreateContainerView", &[3, 69, 77]));
    all.extend(both("Logout", &[0]));
    all
}

fn of_sources() -> Vec<Failure> {
    vec![
        Failure::new("wrong passwords", &[77], |world| {
            for source in &world.sources {
                source
                    .simulator
                    .configure(|config| "another".clone_into(&mut config.password));
            }
        }),
        Failure::new("certificates that are not trusted", &[77], |world| {
            world.reconfigure(|config| {
                each_source(config, "esxi_hosts", |entry| {
                    drop(entry.as_object_mut().expect("an entry").remove("tls"));
                });
                each_source(config, "vcenters", |entry| {
                    entry["tls"]["fingerprint_sha256"] = json!("AB".repeat(32));
                });
            });
        }),
        Failure::new("sources that cannot be reached", &[69], |world| {
            world.reconfigure(|config| each_source(config, "vcenters", |entry| entry["port"] = json!(1)));
            for source in &world.sources {
                source.simulator.receive(Connections::Closed);
            }
        }),
        Failure::new("a bad day for all sources", &[3, 69, 77], |world| {
            let effects = [
                ("Login", Effect::Truncate { bytes: 300 }),
                ("Login", Effect::Garbage),
                ("RetrievePropertiesEx", Effect::Truncate { bytes: 900 }),
                ("RetrievePropertiesEx", Effect::Expire(Expiry::Fault)),
                ("RetrievePropertiesEx", Effect::Hang),
            ];
            for (source, (method, effect)) in world.sources.iter().zip(effects) {
                source.simulator.script(Fault::on(method, effect));
            }
        }),
    ]
}

fn of_mongodb() -> Vec<Failure> {
    vec![
        Failure::new("MongoDB refuses the login", &[77], |world| {
            world.set_passwords(|_| "another".to_owned(), |home| secret_of("redis", home));
        }),
        Failure::new("MongoDB cannot be reached", &[69], |world| {
            world.mongo_proxy.set(NetFault::Refuse);
        }),
        Failure::new("MongoDB is cut off in mid-apply", &[6, 69], |world| {
            world.mongo_proxy.set(NetFault::DropReply(b"\x02update\0".to_vec()));
        }),
        Failure::new("a store of a newer format", &[78], |world| {
            world.mongo("vms_vmsync", doc! {"_id": "format"}, doc! {"$set": {"number": 99}});
        }),
        Failure::new("a MongoDB that speaks HTTP", &[69], |world| {
            let port = world.endpoints.port();
            world.reconfigure(|config| redirect(config, "mongodb", world.mongo_proxy.port(), port));
        }),
    ]
}

fn of_redis() -> Vec<Failure> {
    let rights = |name: &str, rights: &'static [&'static str]| {
        Failure::new(name, &[6], move |world| {
            for home in 0..HOMES {
                world.allow(&world.redis, home, &secret_of("redis", home), rights);
            }
        })
    };
    vec![
        Failure::new("Redis refuses the login", &[6], |world| {
            world.set_passwords(|home| secret_of("mongodb", home), |_| "another".to_owned());
        }),
        rights("Redis refuses to read", &["~*", "+@all", "-mget", "-get"]),
        rights("Redis refuses to write", &["~*", "+@all", "-evalsha", "-eval"]),
        rights("Redis refuses the keys", &["~other", "+@all"]),
        Failure::new("Redis is cut off", &[6], |world| {
            world.redis_proxy.set(NetFault::CutReply(300));
        }),
        Failure::new("Redis is cut off in mid-apply", &[6], |world| {
            world.redis_proxy.set(NetFault::DropReply(b"EVALSHA".to_vec()));
        }),
        Failure::redis("Redis wants a login and knows none", &["--rename-command", "AUTH", ""]),
        Failure::redis(
            "Redis repeats keys that it is asked for",
            &["--rename-command", "MGET", ""],
        ),
        Failure::redis(
            "Redis repeats keys and contents",
            &["--rename-command", "EVALSHA", "", "--rename-command", "EVAL", ""],
        ),
        Failure::new("a Redis that speaks HTTP", &[6], |world| {
            let port = world.endpoints.port();
            world.reconfigure(|config| redirect(config, "redis", world.redis_proxy.port(), port));
        }),
    ]
}

fn of_endpoints() -> Vec<Failure> {
    let answered = |name: &str, answer: Answer| {
        Failure::new(name, &[0, 5], move |world| {
            world.answer_all(&answer);
        })
    };
    vec![
        answered("services that repeat the request in an error", Answer::Reflect(500)),
        answered("services that repeat the request in a refusal", Answer::Reflect(400)),
        answered("services that repeat the request in a redirect", Answer::Reflect(302)),
        answered("services that hang up", Answer::Drop),
        Failure::new("services that cannot be reached", &[5], |world| {
            world.reconfigure(|config| {
                for address in config["endpoints"].as_object_mut().expect("two").values_mut() {
                    let old = format!(":{}/", world.endpoints.port());
                    *address = json!(address.as_str().expect("text").replace(&old, ":1/"));
                }
                if let Some(Value::String(url)) = config["ping"].get_mut("url") {
                    *url = url.replace(&format!(":{}/", world.endpoints.port()), ":1/");
                }
            });
        }),
    ]
}

fn each_source(config: &mut Value, section: &str, change: impl Fn(&mut Value)) {
    config[section]
        .as_array_mut()
        .expect("a list")
        .iter_mut()
        .for_each(change);
}

/// Sends a home elsewhere, if its address stands in the configuration; the files of the others stay.
fn redirect(config: &mut Value, section: &str, from: u16, to: u16) {
    let Some(section) = config.get_mut(section) else { return };
    for key in ["port", "uri", "url"] {
        match section.get_mut(key) {
            Some(Value::String(address)) => *address = address.replace(&format!(":{from}/"), &format!(":{to}/")),
            Some(port) => *port = json!(to),
            None => {}
        }
    }
}

/// Another Redis with the same sessions. Where a home's address is a secret of its own, only those whose address stands
/// in the configuration come to it.
fn other_redis(world: &World, options: &[&str]) -> Redis {
    let redis = Redis::with_options(options);
    for home in 0..HOMES {
        world.allow(&redis, home, &secret_of("redis", home), &["~*", "+@all"]);
    }
    for key in world
        .redis
        .keys()
        .iter()
        .filter(|key| marks::find(key.as_bytes()).is_some())
    {
        redis.set(key, world.redis.get(key).unwrap_or_default());
    }
    world.reconfigure(|config| redirect(config, "redis", world.redis_proxy.port(), redis.port()));
    redis
}
