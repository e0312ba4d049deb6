//! Commands that print configuration, and the names of its files.

use super::{PartKind, Vocabulary};

/// What output is to be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    /// Of which kind, if the name tells.
    pub(super) kind: Option<PartKind>,
    /// The path or command.
    pub(super) name: String,
    /// Whether all of it is printed.
    pub(super) whole: bool,
}

/// A line of commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Commands {
    /// Whether any of them is one that we know.
    pub(super) known: bool,
    /// What they print, in order.
    pub(super) expected: Vec<Expected>,
    /// The word that ends a here-document.
    pub(super) delimiter: Option<String>,
}

/// Reads what was typed at a prompt.
pub(super) fn commands(line: &str, words: Vocabulary<'_>) -> Commands {
    let mut found = Commands::default();
    for command in line.split([';']).flat_map(|part| part.split("&&")) {
        let mut stages = command.split('|');
        let first = stages.next().unwrap_or_default();
        let redirected = command.split_whitespace().any(|word| word.starts_with(['>', '\\']));
        let filtered = stages
            .any(|stage| !matches!(stage.split_whitespace().next(), Some("less" | "more" | "cat" | "tee" | "sort")));
        let before = found.expected.len();
        let known = one_command(first, words, &mut found);
        found.known |= known;
        if redirected && found.delimiter.is_none() {
            found.expected.truncate(before);
        }
        if filtered {
            found.expected.iter_mut().skip(before).for_each(|expected| expected.whole = false);
        }
    }
    found
}

/// Programs that run another one in a container or on another host.
const ELSEWHERE: &[&str] = &["docker", "docker-compose", "podman", "kubectl", "lxc", "incus", "jexec", "chroot", "ssh"];

/// Programs that print configuration.
const PRINTS: &[&str] = &["postconf", "doveconf", "dovecot", "cat", "grep", "egrep", "head", "tail"];

fn one_command(command: &str, vocabulary: Vocabulary<'_>, found: &mut Commands) -> bool {
    let Commands { expected, delimiter, .. } = found;
    let mut words = command.split_whitespace().filter(|word| !word.is_empty()).peekable();
    let assignment = |word: &&str| word.contains('=') && !word.starts_with(['/', '-']);
    while words
        .next_if(|word| matches!(*word, "sudo" | "doas" | "env" | "time" | "command") || assignment(word))
        .is_some()
    {}
    let mut program = words.next().unwrap_or_default();
    let mut arguments: Vec<&str> = words.collect();
    // What runs elsewhere prints what the command behind it prints; an option
    // here belongs to `sudo`.
    if program.starts_with('-') || ELSEWHERE.contains(&program) {
        let Some(at) = arguments.iter().position(|word| PRINTS.contains(word)) else { return false };
        let inner = arguments.split_off(at);
        program = inner.first().copied().unwrap_or_default();
        arguments = inner.into_iter().skip(1).collect();
    }
    match program.rsplit('/').next().unwrap_or(program) {
        "postconf" => expected.extend(postconf(&arguments, command)),
        "doveconf" | "dovecot" => expected.extend(doveconf(&arguments, command)),
        "cat" | "less" | "more" | "bat" | "view" | "vi" | "vim" | "nano" | "tee" | "zcat" => {
            here_document(&arguments, delimiter);
            expected.extend(files(&arguments, true, vocabulary));
        }
        "head" | "tail" | "sed" | "awk" | "rg" => expected.extend(files(&arguments, false, vocabulary)),
        "grep" | "egrep" => {
            let keeps_most =
                arguments.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('v'));
            expected.extend(files(&arguments, keeps_most, vocabulary));
        }
        "postmap" | "postalias" => expected.extend(postmap(&arguments)),
        "ls" | "ll" | "dir" => {
            expected.push(Expected { kind: Some(PartKind::Listing), name: command.trim().to_owned(), whole: false })
        }
        "echo" | "systemctl" | "service" | "journalctl" | "postfix" | "doveadm" | "openssl" | "telnet" | "swaks"
        | "dig" | "ps" | "netstat" | "ss" | "cd" | "apt" | "apt-get" | "yum" | "dnf" | "uname" | "mailq"
        | "postqueue" | "exit" => {}
        _ => return false,
    }
    true
}

// postconf(1)
fn postconf(arguments: &[&str], command: &str) -> Option<Expected> {
    let mut flags = String::new();
    let mut named = 0;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix('-') {
            Some("c" | "C") => drop(arguments.next()),
            Some(letters) => flags.push_str(letters),
            None => named += 1,
        }
    }
    let has = |letter: char| flags.contains(letter);
    // Arguments with `=` set parameters.
    if "aAbBeEhHlmtTX#".chars().any(has) || command.contains('=') {
        return None;
    }
    let kind = match () {
        () if has('M') => PartKind::MasterCf,
        () if has('P') => PartKind::PostconfP,
        () if has('F') => return None,
        () if has('n') => PartKind::PostconfN,
        () => PartKind::PostconfAll,
    };
    // What the release has by default says nothing about the host.
    let whole = named == 0 && !has('d');
    Some(Expected { kind: Some(kind), name: command.trim().to_owned(), whole })
}

// doveconf(1)
fn doveconf(arguments: &[&str], command: &str) -> Option<Expected> {
    let prints = |argument: &&&str| argument.starts_with('-') && argument.contains(['n', 'a', 'N']);
    let mut named = arguments.iter().filter(|argument| !argument.starts_with('-'));
    let flagged = arguments.iter().any(|argument| prints(&argument));
    let program = command.contains("doveconf");
    if !flagged && !program {
        return None;
    }
    let takes_file = arguments.contains(&"-c");
    let whole = flagged && named.by_ref().count() <= usize::from(takes_file);
    Some(Expected { kind: Some(PartKind::DoveconfN), name: command.trim().to_owned(), whole })
}

// postmap(1), -s
fn postmap(arguments: &[&str]) -> Option<Expected> {
    let prints = arguments.iter().any(|word| word.starts_with('-') && word.contains('s'));
    let table = arguments.iter().rev().find(|word| !word.starts_with('-'))?;
    let path = table.split_once(':').map_or(*table, |(_, path)| path);
    prints.then(|| Expected { kind: Some(PartKind::Table), name: path.to_owned(), whole: true })
}

/// The files among the arguments; for `grep` and its like the pattern is none.
fn files(arguments: &[&str], whole: bool, words: Vocabulary<'_>) -> Vec<Expected> {
    let paths = arguments.iter().map(|word| word.trim_matches(['"', '\'', '<', '>']));
    let is_file = |word: &&str| {
        (word.starts_with('/') && word.len() > 2 && !word.ends_with('/') && !word.contains(['^', '$', '(']))
            || words.file_kind(word).is_some()
    };
    let expected = |path: &str| Expected { kind: words.file_kind(path), name: path.to_owned(), whole };
    paths.filter(is_file).map(expected).collect()
}

fn here_document(arguments: &[&str], delimiter: &mut Option<String>) {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let Some(rest) = word.strip_prefix("<<") else { continue };
        let rest = rest.trim_start_matches('-');
        let named = if rest.is_empty() { words.next().copied().unwrap_or_default() } else { rest };
        let named = named.trim_matches(['"', '\'', '\\']);
        if !named.is_empty() {
            *delimiter = Some(named.to_owned());
        }
    }
}

/// What a file of this name holds, if its name tells. Tables have all sorts of
/// names; those that one meets everywhere are known.
pub(super) fn file_kind(path: &str) -> Option<PartKind> {
    let (directory, base) = path.rsplit_once('/').unwrap_or(("", path));
    if base.is_empty() || base.contains([' ', '=', '*', '(']) {
        return None;
    }
    let is = |end: &str| base.len() > end.len() && base.ends_with(end);
    match base {
        "main.cf" | "main.cf.default" | "main.cf.proto" => Some(PartKind::MainCf),
        "master.cf" | "master.cf.proto" => Some(PartKind::MasterCf),
        "dovecot.conf" => Some(PartKind::DovecotConf),
        "dynamicmaps.cf" => None,
        "aliases" | "virtual" | "transport" | "canonical" | "generic" | "relocated" | "access" | "sasl_passwd"
        | "sender_access" | "recipient_access" | "client_access" | "helo_access" | "header_checks" | "body_checks"
        | "mime_header_checks" | "vmailbox" | "virtual_alias" | "virtual_aliases" | "relay_recipients"
        | "relay_domains" | "sender_login_maps" | "tls_policy" | "postscreen_access" => Some(PartKind::Table),
        _ if is(".pcre") || is(".regexp") || is(".cidr") => Some(PartKind::Table),
        _ if is("sql.conf.ext") && !base.starts_with("auth-") => Some(PartKind::ClientFile),
        _ if is("ldap.conf.ext") && !base.starts_with("auth-") => Some(PartKind::ClientFile),
        _ if is(".conf.ext") => Some(PartKind::DovecotConf),
        _ if is(".conf") && (directory.contains("dovecot") || directory.ends_with("conf.d")) => {
            Some(PartKind::DovecotConf)
        }
        _ if is(".cf") => Some(PartKind::ClientFile),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::words;
    use super::*;

    fn read(line: &str) -> Vec<(Option<PartKind>, String, bool)> {
        words(|words| commands(line, words))
            .expected
            .into_iter()
            .map(|expected| (expected.kind, expected.name, expected.whole))
            .collect()
    }

    fn one(line: &str, kind: PartKind, name: &str, whole: bool) {
        assert_eq!(read(line), [(Some(kind), name.to_owned(), whole)], "{line}");
    }

    #[test]
    fn commands_name_their_output() {
        one("sudo postconf -n", PartKind::PostconfN, "sudo postconf -n", true);
        one("postconf -c /etc/postfix-out -Mf", PartKind::MasterCf, "postconf -c /etc/postfix-out -Mf", true);
        one("/usr/sbin/postconf", PartKind::PostconfAll, "/usr/sbin/postconf", true);
        one("docker exec -it mail postconf -n", PartKind::PostconfN, "docker exec -it mail postconf -n", true);
        one("sudo -u root cat /etc/postfix/main.cf", PartKind::MainCf, "/etc/postfix/main.cf", true);
        one("postconf -P", PartKind::PostconfP, "postconf -P", true);
        one("dovecot -n", PartKind::DoveconfN, "dovecot -n", true);
        one("cat /etc/postfix/master.cf", PartKind::MasterCf, "/etc/postfix/master.cf", true);
        one("postmap -s hash:/etc/postfix/virtual", PartKind::Table, "/etc/postfix/virtual", true);
        one("grep -v '^#' /etc/dovecot/dovecot.conf", PartKind::DovecotConf, "/etc/dovecot/dovecot.conf", true);
    }

    #[test]
    fn filters_and_names_make_excerpts() {
        one("postconf -n | grep tls", PartKind::PostconfN, "postconf -n", false);
        one("postconf -d", PartKind::PostconfAll, "postconf -d", false);
        one("postconf mynetworks", PartKind::PostconfAll, "postconf mynetworks", false);
        one("head -5 /etc/postfix/main.cf", PartKind::MainCf, "/etc/postfix/main.cf", false);
        one("postconf -n | less", PartKind::PostconfN, "postconf -n", true);
    }

    #[test]
    fn several_commands_print_one_after_the_other() {
        let kinds: Vec<_> = read("postconf -n; postconf -Mf && doveconf -n").into_iter().map(|found| found.0).collect();
        assert_eq!(kinds, [Some(PartKind::PostconfN), Some(PartKind::MasterCf), Some(PartKind::DoveconfN)]);
        assert!(read("postconf -e mynetworks=x").is_empty());
        assert!(read("postconf -P smtp/inet/syslog_name=x").is_empty());
        assert!(read("postconf -Mf smtp/inet | sed s/x/y/ >> /etc/postfix/master.cf").is_empty());
    }

    #[test]
    fn here_documents_have_a_delimiter() {
        let found = words(|words| commands("cat <<'EOF' > /etc/postfix/main.cf", words));
        assert_eq!(found.delimiter.as_deref(), Some("EOF"));
        assert_eq!(found.expected.first().and_then(|expected| expected.kind), Some(PartKind::MainCf));
    }
}
