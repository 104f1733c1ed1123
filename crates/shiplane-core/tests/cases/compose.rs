//! Compose: what a rendered project says, and the small file that names a release's images.

use proptest::prelude::*;
use shiplane_core::config::yaml;
use shiplane_core::deploy::compose::{
    Service, default_project, file_version, image, images_file, project_name, services,
};

/// As docker-compose 1.29.2 prints it.
const V1: &str = r#"services:
  cache:
    image: redis:7
    scale: 0
  db:
    environment:
      POSTGRES_PASSWORD: 'a: {b}'
    image: postgres:15
  debug:
    image: busybox
    profiles:
    - tools
  web:
    build:
      context: /srv/shop
    depends_on:
      db:
        condition: service_healthy
    ports:
    - 127.0.0.1:8080:8080/tcp
version: '3.9'
"#;

/// As Compose 2.26 and 5.6 print it.
const V2: &str = r#"name: shop
services:
  cache:
    command: null
    deploy:
      replicas: 0
    entrypoint: null
    image: redis:7
    networks:
      default: null
  db:
    command: null
    entrypoint: null
    environment:
      POSTGRES_PASSWORD: 'a: {b}'
    image: postgres:15
    networks:
      default: null
  debug:
    profiles:
      - tools
    image: busybox
  web:
    build:
      context: /srv/shop
      dockerfile: Dockerfile
    depends_on:
      db:
        condition: service_healthy
        required: true
    ports:
      - mode: ingress
        host_ip: 127.0.0.1
        target: 8080
        published: "8080"
        protocol: tcp
networks:
  default:
    name: shop_default
"#;

fn service(name: &str, built: bool, expected: bool) -> Service {
    Service { name: name.to_owned(), built, expected, ..Service::default() }
}

#[test]
fn both_generations_tell_the_same_story() {
    let wanted = [
        service("cache", false, false),
        service("db", false, true),
        service("debug", false, false),
        Service { serves: true, ..service("web", true, true) },
    ];
    for rendered in [V1, V2] {
        assert_eq!(services(rendered).unwrap(), wanted);
    }
    assert_eq!((project_name(V1), project_name(V2).as_deref()), (None, Some("shop")));
}

#[test]
fn a_service_says_whether_it_serves_how_often_and_whether_others_wait_for_its_end() {
    let rendered = "services:
  migrate: { image: a }
  queue: { image: a, deploy: { replicas: 3 }, healthcheck: { disable: true, test: [NONE] } }
  web:
    image: a
    healthcheck: { test: [CMD, /bin/check] }
    depends_on: { migrate: { condition: service_completed_successfully }, queue: { condition: service_started } }
";
    let wanted = [
        Service { once: true, ..service("migrate", false, true) },
        Service { replicas: 3, ..service("queue", false, true) },
        Service { serves: true, ..service("web", false, true) },
    ];
    assert_eq!(services(rendered).unwrap(), wanted);
}

#[test]
fn what_is_no_project_has_no_services() {
    for text in ["", "services:\n", "services: {}\n", "version: '3'\n", "- a\n", "just words\n"] {
        assert_eq!(services(text).unwrap(), [], "{text:?}");
    }
    let usage = "Define and run multi-container applications with Docker.\n\nUsage:\n  docker-compose [-f <arg>...]\n\t-h";
    assert!(services(usage).map_or(true, |found| found.is_empty()));
    assert!(services("services: [\n").is_err());
}

#[test]
fn every_release_has_images_of_its_own() {
    assert_eq!(image("shop", "web", "20260105t1-ab"), "shiplane/shop/web:20260105t1-ab");
    assert_eq!(image("My_Shop.", "Web--2", "r"), "shiplane/my-shop/web-2:r");
    assert_eq!(image("___", "é", "r"), "shiplane/x/x:r");
}

#[test]
fn the_images_file_repeats_the_version_and_names_what_is_built() {
    let all = [service("web", true, true), service("db", false, true), service("it's", true, false)];
    let text = images_file("shop", "r1", &all, Some("3.9"));
    let wanted = "# Written by ssh-deploy: the images of one release.\nversion: '3.9'\nservices:\n  'web':\n    \
                  image: shiplane/shop/web:r1\n  'it''s':\n    image: shiplane/shop/it-s:r1\n";
    assert_eq!(text, wanted);
    let newer = images_file("shop", "r1", &all, None);
    assert_eq!(newer, wanted.replace("version: '3.9'\n", ""));
    let read = yaml::read(&text).unwrap().unwrap();
    assert_eq!(read.get("version").and_then(|node| node.text()), Some("3.9"));
    let pulled = images_file("shop", "r1", &[service("db", false, true)], None);
    assert!(!pulled.contains("services"), "{pulled}");
}

#[test]
fn the_version_of_a_file_is_read_as_it_was_written() {
    assert_eq!(file_version("version: \"3.10\"\nservices: {}\n").as_deref(), Some("3.10"));
    assert_eq!(file_version("version: 2\n").as_deref(), Some("2"));
    assert_eq!(file_version("services: {}\n"), None);
    assert_eq!(file_version("services: [\n"), None);
    assert_eq!(file_version(""), None);
}

#[test]
fn a_project_is_called_after_its_directory_as_compose_does() {
    let cases = [
        ("/home/deploy/shop", "shop"),
        ("/home/deploy/shop/", "shop"),
        ("/srv/My.Shop 2", "myshop2"),
        ("/srv/_shop-app_", "shop-app_"),
        ("shop", "shop"),
        ("/", ""),
    ];
    for (directory, wanted) in cases {
        assert_eq!(default_project(directory), wanted, "{directory}");
    }
}

proptest! {
    #[test]
    fn any_name_makes_an_image_name_that_docker_accepts(project in ".{0,30}", service in ".{0,30}") {
        let name = image(&project, &service, "r1");
        let path = name.strip_prefix("shiplane/").unwrap().strip_suffix(":r1").unwrap();
        for part in path.split('/') {
            prop_assert!(!part.is_empty() && !part.starts_with('-') && !part.ends_with('-'), "{name}");
            prop_assert!(part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        }
        prop_assert_eq!(path.split('/').count(), 2);
    }

    #[test]
    fn any_service_name_is_read_back_from_the_images_file(name in "[^\\p{C}]{1,20}") {
        let text = images_file("shop", "r1", &[service(&name, true, true)], None);
        let found = services(&text).unwrap();
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&found[0].name, &name);
    }
}
