use super::*;

fn located(canonical: &str, server: &str) -> Option<String> {
    let mut follow = Follow::default();
    follow.beside(Path::new(canonical));
    follow.locate(Path::new(server)).map(|(_, path)| path.display().to_string())
}

#[test]
fn a_copy_of_etc_maps_every_path_into_its_root() {
    assert_eq!(located("hosts/mx1/etc/postfix/main.cf", "/etc/aliases").as_deref(), Some("hosts/mx1/etc/aliases"));
    assert_eq!(located("/etc/postfix/main.cf", "/etc/aliases").as_deref(), Some("/etc/aliases"));
    assert_eq!(located("etc/dovecot/dovecot.conf", "/etc/dovecot/conf.d").as_deref(), Some("etc/dovecot/conf.d"));
}

#[test]
fn any_other_directory_stands_for_its_own_alone() {
    assert_eq!(located("/srv/pf/main.cf", "/etc/postfix/access").as_deref(), Some("/srv/pf/access"));
    assert_eq!(located("/srv/pf/main.cf", "/etc/aliases"), None);
    assert_eq!(located("/srv/pf/main.cf", "/etc/postfix/../shadow"), None);
    assert_eq!(located("/srv/dc/dovecot.conf", "/etc/postfix/access"), None);
}

#[test]
fn dots_cannot_leave_the_root() {
    assert_eq!(located("mx1/etc/postfix/main.cf", "/../../etc/shadow").as_deref(), Some("mx1/etc/shadow"));
}

#[test]
fn the_age_of_the_index_is_noted() {
    let directory = tempfile::tempdir().unwrap();
    let source = directory.path().join("access");
    std::fs::write(&source, "a OK\n").unwrap();
    assert!(index_note(&source, ".db").unwrap().en.contains("is not there"));
    let index = std::fs::File::create(directory.path().join("access.db")).unwrap();
    assert_eq!(index_note(&source, ".db"), None);
    let old = std::time::SystemTime::UNIX_EPOCH;
    index.set_modified(old).unwrap();
    assert!(index_note(&source, "db").unwrap().en.contains("`access.db` is older than `access`"));
}

#[test]
fn a_link_out_of_the_root_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("root");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(directory.path().join("outside"), "x").unwrap();
    std::os::unix::fs::symlink(directory.path().join("outside"), root.join("link")).unwrap();
    std::fs::write(root.join("own"), "x").unwrap();
    let mapping = Mapping { server: "/".into(), here: root.clone() };
    assert!(!inside(&mapping, &root.join("link")));
    assert!(inside(&mapping, &root.join("own")));
}
