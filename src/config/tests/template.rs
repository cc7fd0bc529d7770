//! What `config init` writes: right once its placeholders are filled in, and with all of it switched on.

use std::path::{Path, PathBuf};

use super::{World, notes};
use crate::config::{TEMPLATE, place_to_write};

/// Lines that explain begin with "# ", one space; all other lines behind a "#" are YAML.
fn switched_on() -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') || rest.starts_with("  ") => rest.to_owned(),
        _ => line.to_owned(),
    };
    TEMPLATE.lines().map(|text| line(text) + "\n").collect()
}

fn world(yaml: &str) -> World {
    let files = [
        "esx1.password",
        "vcenter.password",
        "mongodb.password",
        "redis.password",
    ];
    let world = World::new().with_yaml(yaml);
    files
        .iter()
        .fold(world, |world, file| world.with_file(file, "secret\n", 0o600))
}

#[test]
fn the_template_is_one_host_with_its_password_in_a_file() {
    let config = world(TEMPLATE).config();
    assert_eq!(config.sources.len(), 1);
    assert_eq!(notes(&config), Vec::<&str>::new());
    assert_eq!(
        World::new().with_yaml(TEMPLATE).problems(),
        "sync.yaml:13:20: esxi_hosts[0].password_file: the file named here does not exist"
    );
}

#[test]
fn the_template_is_right_with_all_of_it_switched_on() {
    let yaml = switched_on();
    let config = world(&yaml).config();
    assert_eq!((config.sources.len(), config.redis.is_some()), (2, true));
    assert!(config.endpoints.vm_group.is_some() && config.endpoints.auth.is_some());
    assert_eq!(notes(&config), Vec::<&str>::new());
    let sections = |yaml: &str| {
        yaml.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .count()
    };
    assert_eq!((sections(TEMPLATE), sections(&yaml)), (1, 9), "{yaml}");
    assert!(TEMPLATE.lines().count() <= 60 && TEMPLATE.lines().all(|line| line.chars().count() <= 120));
}

#[test]
fn the_template_goes_where_it_is_asked_for_else_into_the_current_directory() {
    let here = World::new();
    assert_eq!(place_to_write(None, &here), PathBuf::from("sync.yaml"));
    let named = here.with_var("VMSYNC_CONFIG", "new.yaml");
    assert_eq!(place_to_write(None, &named), PathBuf::from("new.yaml"));
    assert_eq!(
        place_to_write(Some(Path::new("flag.yaml")), &named),
        PathBuf::from("flag.yaml")
    );
}
