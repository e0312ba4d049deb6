//! Ways in besides smtpd.

use super::clients::{Clients, clients};
use super::logins::{self, Listener};
use super::{HostClaim, HostProof, all_hold};
use postproof_diag::{Text, text};
use postproof_dovecot::Reading;
use postproof_model::{Exposure, Model, Presence, Scope, Service, Tree};

const RELAY: HostClaim = HostClaim::NoOpenRelay;
const ENTRANCE: HostClaim = HostClaim::NoOtherEntrance;
const QMQPD_CLIENTS: &str = "qmqpd_authorized_clients";

pub(super) fn proofs(model: &Model, dovecot: Option<&Reading>) -> Vec<HostProof> {
    let mut relays = Vec::new();
    let mut entrances = Vec::new();
    for service in model.services.iter().filter(|service| is_reached(model, service)) {
        if service.command == "qmqpd" {
            let (relay, entrance) = qmqpd(model, service);
            relays.push(relay);
            entrances.push(entrance);
        } else {
            entrances.extend(other(model, service));
        }
    }
    entrances.extend(dovecot.into_iter().flat_map(lmtp));
    if model.given.master_cf != Presence::Whole {
        entrances.push(HostProof::depends(ENTRANCE, MASTER_UNREAD, MASTER_MISSING));
    }
    let mut found = relays;
    let mut all = all_hold(ENTRANCE, NO_OTHER, entrances);
    for one in &mut all {
        one.exceptions.extend(submitters(model));
    }
    found.extend(all);
    found
}

/// Whether hosts of the network can connect.
fn is_reached(model: &Model, service: &Service) -> bool {
    match service.exposure {
        Exposure::Network => true,
        Exposure::Passed => {
            model.services.iter().any(|one| one.command == "postscreen" && one.exposure == Exposure::Network)
        }
        Exposure::Loopback | Exposure::Socket => false,
    }
}

/// qmqpd takes mail for every domain from its clients: it has no lists.
// qmqpd.c, qmqpd_proto: namadr_list_match is all that it asks
fn qmqpd(model: &Model, service: &Service) -> (HostProof, HostProof) {
    let scope = Scope::Service(service.id);
    let at = |proof: HostProof, place| {
        let own = service.name_span.or(service.span);
        proof.at(Option::or(place, own)).of(service.label())
    };
    match clients(model, scope, QMQPD_CLIENTS) {
        Clients::Listed(listed) if listed.is_empty() => {
            (at(HostProof::holds(RELAY, qmqpd_closed()), None), at(HostProof::holds(ENTRANCE, qmqpd_closed()), None))
        }
        Clients::Listed(listed) => {
            let relayed = listed.iter().map(by_qmqpd).collect::<Vec<_>>();
            (
                at(HostProof::holds(RELAY, qmqpd_listed()), None).except(relayed.clone()),
                at(HostProof::holds(ENTRANCE, qmqpd_listed()), None).except(relayed),
            )
        }
        Clients::World { pattern, place } => (
            at(HostProof::fails(RELAY, qmqpd_open(&pattern)), place),
            at(HostProof::fails(ENTRANCE, qmqpd_open(&pattern)), place),
        ),
        Clients::Unread { pattern, place } => {
            let depends = |claim| HostProof::depends(claim, qmqpd_unread(&pattern), qmqpd_missing());
            (at(depends(RELAY), place), at(depends(ENTRANCE), place))
        }
    }
}

/// What a service on the network that is no qmqpd does for this claim.
fn other(model: &Model, service: &Service) -> Option<HostProof> {
    let command = service.command.as_str();
    let proof = match command {
        // They hand over to smtpd, or are it.
        "postscreen" | "tlsproxy" => None,
        "smtpd" => other_config(model, service)
            .map(|dir| HostProof::depends(ENTRANCE, second_smtpd(&dir), second_missing(&dir))),
        // cleanup.c takes the whole envelope from whoever connects.
        "cleanup" => Some(HostProof::fails(ENTRANCE, cleanup_open())),
        "spawn" => Some(HostProof::depends(ENTRANCE, spawned(), spawn_missing())),
        // The rest of Postfix takes no mail: delivery agents are told of files that
        // are already in the queue.
        _ if DAEMONS.contains(&command) => None,
        _ => Some(HostProof::depends(ENTRANCE, foreign(command), spawn_missing())),
    };
    proof.map(|proof| proof.at(service.name_span.or(service.span)).of(service.label()))
}

/// Daemons of Postfix that take no new mail from whoever connects.
// master(8) and the manual page of each
const DAEMONS: &[&str] = &[
    "anvil",
    "bounce",
    "discard",
    "dnsblog",
    "error",
    "flush",
    "lmtp",
    "local",
    "pickup",
    "pipe",
    "postlogd",
    "proxymap",
    "qmgr",
    "nqmgr",
    "oqmgr",
    "scache",
    "showq",
    "smtp",
    "tlsmgr",
    "trivial-rewrite",
    "verify",
    "virtual",
];

/// The directory of another main.cf that an smtpd reads: `-c dir`.
// master_ent.c passes the arguments on; mail_params are read from config_directory
// (single_server.c and event_server.c: `-c` sets MAIL_CONFIG).
fn other_config(model: &Model, service: &Service) -> Option<String> {
    let trees = model.parts.iter().filter_map(|part| match &part.tree {
        Tree::Master(parsed) => Some(&parsed.tree),
        Tree::Main(_) | Tree::Dovecot(_) | Tree::Table(_) | Tree::None => None,
    });
    let entry = trees.flat_map(|tree| tree.services()).find(|entry| Some(entry.span) == service.span)?;
    let mut words = entry.arguments.iter().map(|word| word.text.as_str());
    while let Some(word) = words.next() {
        if let Some(dir) = word.strip_prefix("-c") {
            return if dir.is_empty() { words.next().map(str::to_owned) } else { Some(dir.to_owned()) };
        }
        if word == "-o" {
            words.next();
        }
    }
    None
}

/// LMTP of Dovecot, where other hosts reach it.
fn lmtp(reading: &Reading) -> Vec<HostProof> {
    let open = logins::listeners(reading, "lmtp", &[]).into_iter().filter(|one| one.is_reached);
    let proof = |one: Listener| HostProof::fails(ENTRANCE, lmtp_open(one.port)).at(one.place).of("lmtp".to_owned());
    open.map(proof).collect()
}

/// Users of the host itself.
// postconf(5), authorized_submit_users
fn submitters(model: &Model) -> Option<Text> {
    let users = model.text(Scope::Main, "authorized_submit_users");
    let users = users.trim();
    let is_all = users.starts_with("static:");
    let some = || {
        text!(
            "users of this host, with the sendmail command: `authorized_submit_users = {users}`",
            "이 호스트의 사용자가 sendmail 명령으로 보내는 메일: `authorized_submit_users = {users}`"
        )
    };
    let all = || {
        Text::fixed(
            "every user of this host, with the sendmail command",
            "이 호스트의 모든 사용자가 sendmail 명령으로 보내는 메일",
        )
    };
    (!users.is_empty()).then(|| if is_all { all() } else { some() })
}

const NO_OTHER: Text = Text::fixed(
    "nothing else that other hosts can connect to takes mail",
    "다른 호스트가 접속할 수 있는 다른 프로그램은 메일을 받지 않습니다",
);
const MASTER_UNREAD: Text = Text::fixed(
    "only smtpd is known; master.cf may have other services",
    "알려진 것은 smtpd뿐이며 master.cf에 다른 서비스가 더 있을 수 있습니다",
);
const MASTER_MISSING: Text = Text::fixed(
    "master.cf as a whole: `postconf -M`. It must have no other service of type inet that takes mail",
    "master.cf 전체: `postconf -M`. 메일을 받는 다른 inet 서비스가 없어야 합니다",
);

fn qmqpd_closed() -> Text {
    Text::fixed("qmqpd refuses every client", "qmqpd는 모든 클라이언트를 거부합니다")
}

fn qmqpd_listed() -> Text {
    Text::fixed("qmqpd takes mail from listed clients only", "qmqpd는 목록에 있는 클라이언트의 메일만 받습니다")
}

fn by_qmqpd(whom: &Text) -> Text {
    text!("{whom}, to every domain, by QMQP", "{whom}: QMQP로 모든 도메인에 보낼 수 있음", whom = whom)
}

fn qmqpd_open(pattern: &str) -> Text {
    text!(
        "whoever connects can send mail to any domain by QMQP: `{QMQPD_CLIENTS}` has `{pattern}`, and qmqpd asks nothing else",
        "접속하는 누구나 QMQP로 어떤 도메인에든 메일을 보낼 수 있습니다. `{QMQPD_CLIENTS}` 목록에 `{pattern}` 항목이 있고 qmqpd는 다른 것을 확인하지 않습니다"
    )
}

fn qmqpd_unread(pattern: &str) -> Text {
    text!(
        "qmqpd sends mail to any domain for the clients in `{pattern}`, which was not given",
        "qmqpd는 `{pattern}` 안의 클라이언트를 위해 어떤 도메인으로든 메일을 보내는데 그 내용이 주어지지 않았습니다"
    )
}

fn qmqpd_missing() -> Text {
    Text::fixed(
        "the clients: `postconf qmqpd_authorized_clients` and the files that it names. They must be hosts that may send mail anywhere",
        "클라이언트 목록: `postconf qmqpd_authorized_clients` 출력과 거기에 적힌 파일. 어디로든 메일을 보내도 되는 호스트만 있어야 합니다",
    )
}

fn second_smtpd(dir: &str) -> Text {
    text!(
        "this smtpd reads another main.cf, in `{dir}`: what it accepts is not told here",
        "이 smtpd는 `{dir}` 디렉터리의 다른 main.cf를 읽으므로 무엇을 받는지 여기서는 알 수 없습니다"
    )
}

fn second_missing(dir: &str) -> Text {
    text!(
        "the other configuration: `postconf -c {dir} -n`. Check it as a host of its own",
        "다른 설정: `postconf -c {dir} -n`. 별개의 호스트로 검사하십시오"
    )
}

fn cleanup_open() -> Text {
    Text::fixed(
        "cleanup queues whatever it is told, and other hosts can connect to it",
        "cleanup은 전달받은 것을 그대로 큐에 넣는데 다른 호스트가 접속할 수 있습니다",
    )
}

fn spawned() -> Text {
    Text::fixed(
        "other hosts reach a command that spawn starts; whether it takes mail is not known",
        "다른 호스트가 spawn이 실행하는 명령에 접속할 수 있으며 그 명령이 메일을 받는지는 알 수 없습니다",
    )
}

fn foreign(command: &str) -> Text {
    text!(
        "other hosts reach `{command}`, which is no program of Postfix; whether it takes mail is not known",
        "다른 호스트가 Postfix의 프로그램이 아닌 `{command}` 프로그램에 접속할 수 있으며 그 프로그램이 메일을 받는지는 알 수 없습니다"
    )
}

fn spawn_missing() -> Text {
    Text::fixed(
        "what the program does with a connection: it must not hand mail to sendmail or to a queue",
        "프로그램이 연결로 무엇을 하는지: sendmail이나 큐에 메일을 넘기지 않아야 합니다",
    )
}

fn lmtp_open(port: u16) -> Text {
    text!(
        "Dovecot's LMTP takes mail for its users at port {port} from whoever connects, past all lists of smtpd",
        "Dovecot의 LMTP가 smtpd의 모든 목록을 건너뛰고 {port}번 포트에 접속하는 누구에게서나 사용자 앞으로 온 메일을 받습니다"
    )
}
