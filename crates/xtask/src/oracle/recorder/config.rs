//! The files of /etc for one request.

use anyhow::{Context, Result, bail};
use postproof_diag::FileId;
use postproof_syntax::{Region, master_cf};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// master.cf where a request has none.
const STOCK: &str = "smtp inet n - n - - smtpd\n";

/// What smtpd talks to.
const SUPPORT: &str = "\
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
anvil unix - - n - 1 anvil
flush unix n - n 1000? 0 flush
tlsmgr unix - - n 1000? 1 tlsmgr
";

/// Added to each smtpd: its own log says how it decides, the client's address
/// comes in a PROXY header, each session has a process of its own. Nothing
/// here changes an answer. (`smtpd -v` would end at an `endif` of a cidr: table.)
const EXTRA: &str = "  -o debug_peer_list=static:all -o debug_peer_level=1 \
                     -o smtpd_upstream_proxy_protocol=haproxy -o smtpd_error_sleep_time=0 -o max_use=1 \
                     -o smtpd_sasl_type=dovecot -o smtpd_sasl_path=private/auth\n";

/// A service that clients can talk to.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) port: u16,
    /// Its `-o` options.
    pub(super) options: Vec<(String, String)>,
}

/// master.cf with what is needed to record, and its services. Services that are
/// neither smtpd nor cleanup are left out: they deliver, or listen elsewhere.
pub(super) fn master(text: Option<&str>) -> Result<(String, Vec<Service>)> {
    let text = text.unwrap_or(STOCK);
    let bytes = text.as_bytes();
    let tree = master_cf::parse(&Region::whole(FileId(0), bytes), bytes).tree;
    let (mut out, mut services) = (String::new(), Vec::new());
    for entry in tree.services() {
        let is_smtpd = entry.command.text == "smtpd" && entry.kind.text == "inet";
        if !is_smtpd && (entry.command.text != "cleanup" || entry.name.text == "cleanup") {
            continue;
        }
        let part = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
        // Without the files of a chroot there would be neither DNS nor users.
        let chroot = entry.chroot.span.context("a chroot field")?;
        out.push_str(part(entry.span.start, chroot.start));
        out.push('n');
        out.push_str(part(chroot.end, entry.span.end).trim_end());
        out.push('\n');
        if is_smtpd {
            out.push_str(EXTRA);
            let options = entry.overrides.iter().map(|option| (option.name.clone(), option.value.as_str().to_owned()));
            let port = port(&entry.name.text)?;
            services.push(Service { name: entry.name.text.clone(), port, options: options.collect() });
        }
    }
    out.push_str(SUPPORT);
    if services.is_empty() {
        bail!("no smtpd in master.cf");
    }
    Ok((out, services))
}

// services(5)
fn port(name: &str) -> Result<u16> {
    let name = name.rsplit(':').next().unwrap_or(name);
    Ok(match name {
        "smtp" => 25,
        "submission" => 587,
        "smtps" | "submissions" => 465,
        number => number.parse().with_context(|| format!("the port of `{name}`"))?,
    })
}

/// Writes /etc/postfix.
pub(super) fn write(etc: &Path, base: &Path, request: &Value, master: &str) -> Result<()> {
    let postfix = etc.join("postfix");
    if postfix.exists() {
        fs::remove_dir_all(&postfix)?;
    }
    copy_all(base, &postfix)?;
    let main = request["main_cf"].as_str().context("no `main_cf`")?;
    let main = format!("{}\nmaillog_file = /var/log/postproof\nin_flow_delay = 0\n", main.trim_end_matches('\n'));
    fs::write(postfix.join("main.cf"), main)?;
    fs::write(postfix.join("master.cf"), master)?;
    for (name, text) in request["tables"].as_object().into_iter().flatten() {
        if name.contains('/') || matches!(name.as_str(), "" | "." | ".." | "main.cf" | "master.cf") {
            bail!("a table can't be named `{name}`");
        }
        fs::write(postfix.join(name), text.as_str().unwrap_or_default())?;
    }
    // A file that was just written is read again and again.
    for file in fs::read_dir(&postfix)? {
        let path = file?.path();
        if path.is_file() {
            fs::File::options()
                .append(true)
                .open(&path)?
                .set_modified(SystemTime::now() - Duration::from_secs(3600))?;
        }
    }
    Ok(())
}

/// The tables that are looked up in an index, with the program that makes it:
/// `hash:/etc/postfix/aliases` and postalias.
pub(super) fn indexed(request: &Value) -> Vec<(&'static str, String)> {
    let texts = ["main_cf", "master_cf"].map(|key| request[key].as_str().unwrap_or_default());
    let mut found: Vec<(&str, String)> = Vec::new();
    for name in request["tables"].as_object().into_iter().flatten().map(|(name, _)| name) {
        for kind in ["hash", "btree"] {
            let table = format!("{kind}:/etc/postfix/{name}");
            // The name of a shorter one is the start of a longer one.
            let ends = |rest: &str| !rest.starts_with(|ch: char| ch.is_alphanumeric() || matches!(ch, '.' | '_' | '-'));
            let is_used = |text: &str| {
                text.match_indices(&table).any(|(at, _)| {
                    let before = text.get(..at).unwrap_or_default();
                    !before.ends_with("text") && ends(text.get(at + table.len()..).unwrap_or_default())
                })
            };
            if texts.iter().any(|text| is_used(text)) {
                found.push((if name.contains("aliases") { "postalias" } else { "postmap" }, table));
            }
        }
    }
    found
}

/// Copies a directory with what is in it.
pub(super) fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        let target = to.join(file.file_name());
        if file.file_type()?.is_dir() {
            copy_all(&file.path(), &target)?;
        } else if file.path().exists() {
            fs::copy(file.path(), target)?;
        }
    }
    Ok(())
}

/// passwd(5) with these users; `known` is the system's own.
pub(super) fn passwd(known: &str, users: &[String]) -> String {
    let mut text = String::new();
    let needed = ["root", "postfix"].map(str::to_owned);
    let missing = needed.iter().filter(|name| !users.contains(name));
    for (at, user) in missing.chain(users).enumerate() {
        let own = known.lines().find(|line| line.split(':').next() == Some(user));
        match own {
            Some(line) => text.push_str(line),
            None => text.push_str(&format!("{user}:x:{id}:{id}::/home/{user}:/bin/false", id = 2000 + at)),
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_smtpd_gets_the_options_of_the_recorder() {
        let text = "# c\nsmtp inet n - y - - smtpd\n  -o a=b\nqmgr unix n - n 300 1 qmgr\n127.0.0.1:10025 inet n - - - - smtpd\ncleanup2 unix n - - - 0 cleanup\n";
        let (master, services) = master(Some(text)).unwrap();
        assert!(master.starts_with("smtp inet n - n - - smtpd\n  -o a=b\n  -o debug_peer_list"), "{master}");
        assert!(
            master.contains("\n127.0.0.1:10025 inet n - n - - smtpd\n  -o")
                && master.contains("\ncleanup2 unix n - n - 0 cleanup\n")
        );
        assert!(!master.contains("qmgr"));
        let of: Vec<_> = services.iter().map(|one| (one.name.as_str(), one.port, one.options.len())).collect();
        assert_eq!(of, [("smtp", 25, 1), ("127.0.0.1:10025", 10025, 0)]);
    }

    #[test]
    fn indexed_tables_are_found() {
        let main = "a = hash:/etc/postfix/x texthash:/etc/postfix/y, proxy:btree:/etc/postfix/aliases\n";
        let request = serde_json::json!({ "main_cf": main, "tables": { "x": "", "y": "", "aliases": "", "xx": "" } });
        let expected = [("postalias", "btree:/etc/postfix/aliases"), ("postmap", "hash:/etc/postfix/x")];
        assert_eq!(indexed(&request), expected.map(|(maker, table)| (maker, table.to_owned())));
    }

    #[test]
    fn users_keep_the_numbers_that_the_system_gave_them() {
        let text = passwd(
            "root:x:0:0::/root:/bin/sh\npostfix:x:7:7::/:/bin/false\n",
            &["alice".to_owned(), "root".to_owned()],
        );
        assert_eq!(
            text,
            "postfix:x:7:7::/:/bin/false\nalice:x:2001:2001::/home/alice:/bin/false\nroot:x:0:0::/root:/bin/sh\n"
        );
    }
}
