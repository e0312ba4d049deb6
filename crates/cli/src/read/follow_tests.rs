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

#[test]
fn what_lies_beside_main_cf_is_followed_through_tables_and_lists() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    let main = "mynetworks = 127.0.0.0/8, !/etc/postfix/nets\n\
                smtpd_relay_restrictions = check_sender_access unionmap:{texthash:/etc/postfix/a,texthash:/etc/postfix/b}, reject\n";
    write("main.cf", main);
    write("nets", "  /etc/postfix/more\n");
    write("more", "192.0.2.0/24, cidr:/etc/postfix/cidr\n");
    write("cidr", "10.0.0.0/8 x\n");
    write("a", "friend.example check_helo_access texthash:/etc/postfix/helo\n");
    write("helo", "a.example OK\n");
    write("unnamed", "x y\n");
    let mut follow = Follow::default();
    follow.beside(&directory.path().join("main.cf"));
    let documents = vec![file::document(&directory.path().join("main.cf")).unwrap()];
    let report = check(documents, &follow, Options::default());
    let followed = report.sources.iter().filter(|(_, document)| document.followed);
    let mut names: Vec<_> = followed.map(|(_, document)| document.known_as().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["a", "cidr", "helo", "more", "nets"].map(|name| format!("/etc/postfix/{name}")));
    let missing = report.hosts.first().map(|host| host.missing.clone()).unwrap_or_default();
    let commands: Vec<_> = missing.into_iter().filter_map(|one| one.command).collect();
    assert_eq!(commands, ["postconf -Mf", "cat /etc/postfix/b"]);
}
